"""What whcli does: actions join the pure rules to the edges. All that an action may touch is given to it in Ports."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, NamedTuple, Protocol

from whcli.http import Request, Response

if TYPE_CHECKING:
    from whcli.store import Store

Clock = Callable[[], datetime]
"""The time now, aware and in UTC."""


class Sending(Protocol):
    """A sender of requests, one at a time; each thread has its own."""

    def send(self, request: Request, *, timeout: timedelta) -> Response:
        """Send, and wait for the answer; raises SendError."""
        ...

    def close(self) -> None:
        """End at once what is under way."""
        ...


class Ports(NamedTuple):
    """The outside world as an action sees it."""

    store: "Store"
    sender: Callable[[], Sending]
    """Makes a sender."""
    clock: Clock
    random: Random
    """For ids and samples; secrets are not made of it."""
