"""Many exchanges side by side on one thread: steps that say what they wait for, and the loop that wakes them."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Callable, Generator
from contextlib import suppress
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from whcli.errors import SendError

LONGEST_WAIT = 86400.0
"""Seconds of one wait: the system counts them in milliseconds and has no number for a month."""


class Wait(NamedTuple):
    """What steps wait for: one of the events on a socket, or the end of their time."""

    sock: socket.socket
    events: int
    deadline: float
    """By `time.monotonic`."""


Result = TypeVar("Result")
Steps = Generator[Wait, int, Result]
"""An exchange under way: gives what it waits for, and is told which events came, 0 for none in time."""

# Sockets are looked at only while they are waited for, which this selector does without a call of the system.
Selector = getattr(selectors, "PollSelector", selectors.SelectSelector)


class Loop:
    """Takes steps where they can be taken. One thread starts them and turns; any may `stop` it."""

    def __init__(self) -> None:
        self.stopped = False
        self._selector: selectors.BaseSelector = Selector()
        self._waiting: dict[Steps[Any], Wait] = {}
        self._finished: list[Any] = []
        self._bell, self._rope = socket.socketpair()
        self._selector.register(self._bell, selectors.EVENT_READ)

    def stop(self) -> None:
        """Have what is under way end at once with SendError `cancelled`, in the turn that is being made or the next."""
        if not self.stopped:
            self._rope.send(b"!")
            self.stopped = True

    def close(self) -> None:
        """End what is under way, and give back what belongs to the system. Results are there for a last turn."""
        self.stopped = True
        while self._waiting:
            with suppress(SendError):  # nobody waits for it any more
                self._look(wait=False)
        self._selector.close()
        self._bell.close()
        self._rope.close()

    def start(self, steps: Steps[Any]) -> None:
        """Take the first steps. Raises what they raise."""
        self._take(steps, steps.__next__)

    def turn(self, *, wait: bool = True) -> list[Any]:
        """Go on until some of what was started is finished, and give the results; none when nothing is under way.

        Without `wait`, only what can go on at once does. Raises what steps raise; all others are as they were, and
        results are given the next time.
        """
        self._look(wait=wait)
        while wait and self._waiting and not self._finished:
            self._look(wait=wait)
        finished, self._finished = self._finished, []
        return finished

    def _look(self, *, wait: bool) -> None:
        """See what has happened, and take the steps that follow from it."""
        if self._waiting and not self.stopped:
            soonest = min([each.deadline for each in self._waiting.values()])
            patience = min(soonest - monotonic(), LONGEST_WAIT) if wait and not self._finished else 0.0
            for key, ready in self._selector.select(max(patience, 0.0)):
                if key.data is not None:  # else it is the bell
                    self._wake(key.data, ready)
            if (now := monotonic()) >= soonest:
                for steps in [steps for steps, each in self._waiting.items() if each.deadline <= now]:
                    self._wake(steps, 0)
        while self._waiting and self.stopped:
            steps, _ = self._waiting.popitem()
            self._take(steps, steps.throw, cancelled())

    def _wake(self, steps: Steps[Any], ready: int) -> None:
        self._selector.unregister(self._waiting.pop(steps).sock)
        self._take(steps, steps.send, ready)

    def _take(self, steps: Steps[Any], resume: Callable[..., Wait], *given: object) -> None:
        try:
            wait = resume(*given)
        except StopIteration as end:
            self._finished.append(end.value)
        else:
            self._selector.register(wait.sock, wait.events, steps)
            self._waiting[steps] = wait


def cancelled() -> SendError:
    """What ends an exchange when its loop is stopped."""
    return SendError("cancelled", "the request was given up, as whcli is ending")
