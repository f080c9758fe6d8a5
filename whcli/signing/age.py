"""How old a signature is, and whether that is too old or too new."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from whcli.http import Request
from whcli.model import Verdict

LAST_SECOND = 253_402_300_799
"""The end of the year 9999, the last that a datetime holds."""
MONTHS = b"Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
DATE = re.compile(rb"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")


def moment(timestamp: bytes) -> datetime | None:
    """Unix seconds as a time, or None where there are none or they lie past the year 9999."""
    return datetime.fromtimestamp(int(timestamp), UTC) if timestamp and int(timestamp) <= LAST_SECOND else None


def too_far(request: Request, signed: int, now: datetime, tolerance: timedelta) -> Verdict | None:
    """An `expired` verdict for a timestamp further from now than the tolerance, on either side of it."""
    age = now.timestamp() - signed
    allowed = tolerance.total_seconds()
    if -allowed <= age <= allowed:
        return None
    far, side = (span(age), "ago") if age > 0 else (span(-age), "in the future")
    reason = f"The signature holds, but it was made {far} {side}; the tolerance is {span(allowed)}."
    date = sent_at(request)
    if date is not None and abs(date - signed) <= max(allowed, 1):
        clock = f"this machine's clock is {far} {'fast' if age > 0 else 'slow'}"
        fix = f"The sender's Date header agrees with the timestamp, so either {clock}, or the request was held back."
    elif age > 0:
        fix = "Replay it with --resign, judge it as of another time with --at, or allow more with --tolerance."
    else:
        fix = "Compare this machine's clock with the sender's; one of them is wrong."
    return Verdict("expired", reason, "stale" if age > 0 else "future", fix)


def sent_at(request: Request) -> int | None:
    """Unix seconds of the Date header, if it is an IMF-fixdate (RFC 9110, 5.6.7)."""
    found = DATE.fullmatch(request.headers.first(b"date") or b"")
    if found is None or found[2] not in MONTHS:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    try:
        date = datetime(year, MONTHS.index(found[2]) + 1, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    return int(date.timestamp())


def span(seconds: float) -> str:
    """A length of time for a sentence, in its two largest units: `6 min 40 s`."""
    left = int(abs(seconds))
    words = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words[:2]) or "0 s"
