"""When is the next attempt due, or is there none."""

from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from whcli.http import Response
from whcli.model import Attempt

SUCCESS = range(200, 300)
SERVER_ERROR = range(500, 600)
FINAL_ERRORS = ("not_allowed", "cancelled")
"""What no repetition mends."""


class RetryPolicy(NamedTuple):
    """A sender's rule: 2xx is done, 5xx and connection errors are tried again, anything else is final."""

    retries: int = 0
    first: timedelta = timedelta(seconds=1)
    """Upper bound of the first delay; each further one may be twice as long."""
    longest: timedelta = timedelta(minutes=5)

    def delay(self, attempt: Attempt, *, random: Random, now: datetime) -> timedelta | None:
        """How long to wait after this attempt, or None where it was the last.

        Full jitter: any time up to a bound that doubles, so that senders that failed together do not return
        together. `Retry-After` (RFC 9110, 10.2.3) is the least to wait, up to the longest delay.
        """
        if attempt.number > self.retries or not _passing(attempt):
            return None
        bound = min(self.first * (1 << min(attempt.number - 1, 32)), self.longest)
        wait = bound * random.uniform(0.5, 1)
        asked = retry_after(attempt.response, now=now) if attempt.response else None
        return wait if asked is None else min(max(wait, asked), self.longest)


def delivered(attempt: Attempt) -> bool:
    """The target has taken it."""
    return attempt.response is not None and attempt.response.status in SUCCESS


def _passing(attempt: Attempt) -> bool:
    if attempt.response is not None:
        return attempt.response.status in SERVER_ERROR
    return (attempt.error or "").partition(":")[0] not in FINAL_ERRORS


def retry_after(response: Response, *, now: datetime) -> timedelta | None:
    """What a `Retry-After` header asks for, in seconds or as a date; None where it is absent or makes no sense."""
    value = response.headers.first(b"retry-after")
    if value is None:
        return None
    text = value.decode("latin-1").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), 10**8))
    try:
        return max(datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC) - now, timedelta(0))
    except ValueError:
        return None
