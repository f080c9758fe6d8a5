"""What follows on a handshake that was answered: a subscription is confirmed, or the user is told what is left."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import TYPE_CHECKING

from whcli.errors import SendError
from whcli.http import split_url
from whcli.signing.slots import parse_json

if TYPE_CHECKING:
    from whcli.actions.capture import Asked
    from whcli.http import Response

MOST = 16
"""Subscriptions that wait to be confirmed; senders may ask for any number."""
PAUSE = 1.0
"""Seconds between two lines on handshakes of one kind."""


class Subscriptions:
    """Hears of each handshake of a listener, and never keeps it waiting: a thread of its own calls and tells."""

    def __init__(self, *, confirm: bool, visit: "Callable[[str], Response]", tell: Callable[[str], None]) -> None:
        self._confirm = confirm
        """Whether the user wants the URL of a subscription called."""
        self._visit = visit
        self._tell = tell
        self._thread = ThreadPoolExecutor(1, "whcli-subscriptions")
        self._room = Semaphore(MOST)
        self._told_at: dict[tuple[str | None, str, int], float] = {}

    def __call__(self, asked: "Asked") -> None:
        """Go on with a handshake: called are only URLs of the provider's own hosts, after a valid signature."""
        handshake, judged = asked.handshake, asked.judged
        url = judged.visit if self._confirm and judged.verdict.outcome == "valid" else None
        if url is not None and self._room.acquire(blocking=False):
            self._thread.submit(self._visited, asked, url).add_done_callback(lambda _: self._room.release())
        elif words := self._words(asked):
            kind = judged.delivery.provider, handshake.name, _status(asked)
            now = time.monotonic()
            if now - self._told_at.get(kind, -PAUSE) >= PAUSE:
                self._told_at[kind] = now
                self._thread.submit(self._tell, f"{_name(asked)}: {words}")

    def close(self) -> None:
        """End after what is under way."""
        self._thread.shutdown(cancel_futures=True)

    def _visited(self, asked: "Asked", url: str) -> None:
        place = split_url(url)[0]
        try:
            status = self._visit(url).status
        except SendError as error:
            self._tell(f"{_name(asked)}: not confirmed, {error.message}; whcli show {asked.delivery_id} has its URL")
            return
        outcome = "confirmed" if status == 200 else "not confirmed"  # noqa: PLR2004 - RFC 9110
        self._tell(f"{_name(asked)}: {outcome}, {place} answered {status}")

    def _words(self, asked: "Asked") -> str:
        """What the user has to know; empty where all is well."""
        handshake, verdict = asked.handshake, asked.judged.verdict
        if handshake.visit is not None and self._confirm:
            if verdict.outcome != "valid":
                return f"not confirmed, as its signature is not known to be valid: {verdict.reason}"
            if handshake.visit_for is not None and asked.judged.visit is None:
                name = handshake.visit_for.name
                return f"not confirmed: --param {name}=… has to say whose it is, and the URL to be the provider's"
            return "not confirmed, as its URL is none of the provider's, or too many wait"
        if _status(asked) >= 400:  # noqa: PLR2004 - RFC 9110
            return f"answered {_status(asked)}: {_reason(asked)}"
        return handshake.hint


def _name(asked: "Asked") -> str:
    return f"#{asked.delivery_id} {asked.judged.delivery.provider} {asked.handshake.name}"


def _status(asked: "Asked") -> int:
    answer = asked.judged.answer
    return answer.status if answer is not None else 401


def _reason(asked: "Asked") -> str:
    """Why it was refused."""
    answer, verdict = asked.judged.answer, asked.judged.verdict
    said = parse_json(answer.body) if answer is not None else None
    return str(said["error"]) if isinstance(said, dict) else verdict.reason
