"""What whcli does: actions join the pure rules to the edges. All that an action may touch is given to it in Ports."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from whcli.http import Request, Response

if TYPE_CHECKING:
    from whcli.net.loop import Steps
    from whcli.store import Store

Clock = Callable[[], datetime]
"""The time now, aware and in UTC."""


class Sending(Protocol):
    """A sender of requests; each thread has its own, and may have many requests under way."""

    def exchange(self, request: Request, *, timeout: timedelta) -> "Steps[Response]":
        """The steps of sending a request; they end with the answer, or raise SendError."""
        ...

    def start(self, tasks: "Iterable[Steps[Any]]") -> None:
        """Begin what sends by `yield from exchange(…)`."""
        ...

    def turn(self, *, wait: bool = True) -> list[Any]:
        """Wait until some of what was started is done, and give the results; none when nothing is under way.

        Without `wait`, what is done by now.
        """
        ...

    def close(self) -> None:
        """End at once what is under way: the next turn gives all of it."""
        ...


class Ports(NamedTuple):
    """The outside world as an action sees it."""

    store: "Store"
    sender: Callable[[], Sending]
    """Makes a sender."""
    clock: Clock
    random: Random
    """For ids and samples; secrets are not made of it."""
