"""A new delivery to every target that wants it, in order for each; the sender waits for none of them."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from whcli.actions import Clock, Sending
from whcli.actions.capture import Captured
from whcli.actions.deliver import Job, deliver
from whcli.errors import StoreError, WhcliError
from whcli.filters import matches
from whcli.model import Attempt, Delivery, Target
from whcli.outgoing import redact

if TYPE_CHECKING:
    from whcli.store import Store
    from whcli.store.writer import Answer, Entry

SOON = 1.0
"""Seconds within which a request that is given up has ended."""


class Forwarder:
    """A thread for each target, with a queue of ids: the deliveries themselves wait in the store."""

    def __init__(  # noqa: PLR0913 - what a thread needs of its own, and where results go
        self,
        targets: tuple[Target, ...],
        *,
        store: Callable[[], Store],
        sender: Callable[[], Sending],
        clock: Clock,
        submit: Callable[[list[Entry]], None],
        stored: Callable[[Attempt], None],
        tell: Callable[[str], None],
    ) -> None:
        way = _Way(store, sender, clock, submit, stored, tell)
        self._lanes = [_Lane(target, way) for target in targets]

    def take(self, captured: Captured) -> int:
        """Queue an accepted delivery; gives the number of targets that it goes to."""
        return sum(lane.take(captured) for lane in self._lanes)

    def close(self, seconds: float) -> int:
        """Pass on what is queued, for at most so long; gives how many deliveries were left over."""
        deadline = time.monotonic() + seconds
        return sum(lane.close(max(0.0, deadline - time.monotonic())) for lane in self._lanes)


class _Way(NamedTuple):
    """What each lane makes use of."""

    store: Callable[[], Store]
    sender: Callable[[], Sending]
    clock: Clock
    submit: Callable[[list[Entry]], None]
    stored: Callable[[Attempt], None]
    tell: Callable[[str], None]
    """Hears why a delivery could not even be tried."""


class _Lane:
    """The way to one target."""

    def __init__(self, target: Target, way: _Way) -> None:
        self._target = target
        self._way = way
        self._sender = way.sender()
        self._ids: SimpleQueue[int | None] = SimpleQueue()
        self._ending = False
        self._thread = Thread(target=self._run, name="whcli-forward", daemon=True)
        self._thread.start()

    def take(self, captured: Captured) -> bool:
        event = captured.delivery.event_type or ""
        wanted = not self._target.only or any(matches(glob, event) for glob in self._target.only)
        if wanted:
            self._ids.put(captured.delivery.id)
        return wanted

    def close(self, seconds: float) -> int:
        self._ids.put(None)
        self._thread.join(seconds)
        left = max(0, self._ids.qsize() - 1) if self._thread.is_alive() else 0
        self._ending = True
        self._sender.close()
        self._thread.join(SOON)  # what was under way has an attempt, too
        return left

    def _run(self) -> None:
        store: Store | None = None
        while (id_ := self._ids.get()) is not None and not self._ending:
            try:
                if store is None or store.moved:
                    store = self._way.store()
                self._pass_on(store.delivery(id_))
            except WhcliError as error:
                self._way.tell(f"delivery {id_} was not passed on to {redact(self._target.url)}: {error.message}")
        if store is not None:
            store.close()

    def _pass_on(self, delivery: Delivery) -> None:
        job = Job(delivery.request, self._target, "forward", delivery.id, body_sha256=delivery.body_sha256)
        attempt = deliver(job, sender=self._sender, clock=self._way.clock)
        self._way.submit([(attempt, None, partial(self._done, attempt))])

    def _done(self, attempt: Attempt, answer: Answer) -> None:
        if isinstance(answer, StoreError):
            to = f"delivery {attempt.delivery_id} to {redact(self._target.url)}"
            self._way.tell(f"the attempt to pass on {to} is not stored: {answer.message}")
        else:
            attempt = attempt._replace(id=answer.id)
        self._way.stored(attempt)
