"""Stored deliveries to a target, one after the other or many at once, each attempt stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from queue import SimpleQueue
from threading import Thread

from whcli.actions import Ports, Sending
from whcli.actions.deliver import Job, deliver
from whcli.model import Attempt

BATCH = 64
"""Attempts in one commit, at most."""


def run(ports: Ports, jobs: Iterable[Job], *, concurrency: int = 1) -> Iterator[Attempt]:
    """Deliver jobs, at most `concurrency` at a time, and give each attempt once it is stored.

    With 1 they go in order. Jobs are drawn as they are needed, so there may be any number of them. Whoever stops
    asking ends what is under way; what was sent by then is stored.
    """
    if concurrency == 1:
        sender = ports.sender()
        try:
            for job in jobs:
                yield from ports.store.add_attempts([deliver(job, sender=sender, clock=ports.clock)])
        finally:
            sender.close()
        return
    crew = _Crew(ports, concurrency)
    try:
        yield from crew.work(iter(jobs))
    finally:
        crew.end()


class _Crew:
    """Threads with a sender each, fed from here and answering to here."""

    def __init__(self, ports: Ports, size: int) -> None:
        self._ports = ports
        self._jobs: SimpleQueue[Job | None] = SimpleQueue()
        self._done: SimpleQueue[Attempt | Exception] = SimpleQueue()
        self._senders = [ports.sender() for _ in range(size)]
        self._threads = [Thread(target=self._run, args=(sender,), daemon=True) for sender in self._senders]
        self._under_way = 0
        for thread in self._threads:
            thread.start()

    def work(self, jobs: Iterator[Job]) -> Iterator[Attempt]:
        """Keep every thread busy and no more than a few jobs waiting."""
        self._feed(islice(jobs, 2 * len(self._threads)))
        while self._under_way:
            finished = self._collect()
            self._feed(islice(jobs, len(finished)))
            yield from self._ports.store.add_attempts(finished)

    def end(self) -> None:
        """End what is under way, and store what was done and not yet asked for."""
        for sender in self._senders:
            sender.close()
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()
        while not self._done.empty():
            if isinstance(attempt := self._done.get(), Attempt):
                self._ports.store.add_attempts([attempt])

    def _feed(self, jobs: Iterable[Job]) -> None:
        for job in jobs:
            self._jobs.put(job)
            self._under_way += 1

    def _collect(self) -> list[Attempt]:
        """All that is finished, but at least one."""
        finished: list[Attempt] = []
        while not finished or (not self._done.empty() and len(finished) < BATCH):
            attempt = self._done.get()
            self._under_way -= 1
            if isinstance(attempt, Exception):
                raise attempt
            finished.append(attempt)
        return finished

    def _run(self, sender: Sending) -> None:
        clock = self._ports.clock
        while (job := self._jobs.get()) is not None:
            try:
                self._done.put(deliver(job, sender=sender, clock=clock))
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                self._done.put(error)
