"""Stored deliveries to a target, one after the other or many at once, each attempt stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from whcli.actions import Ports
from whcli.actions.deliver import Job, delivery
from whcli.model import Attempt

BATCH = 128
"""Attempts in one commit, at most."""


def run(ports: Ports, jobs: Iterable[Job], *, concurrency: int = 1) -> Iterator[Attempt]:
    """Deliver jobs, at most `concurrency` at a time, and give each attempt once it is stored.

    With 1 they go in order, each stored before the next is drawn. Jobs are drawn as they are needed, so there may be
    any number of them. Whoever stops asking ends what is under way; what was sent by then is stored.
    """
    sender = ports.sender()
    deliveries = (delivery(job, sender=sender, clock=ports.clock) for job in jobs)
    batch = BATCH if concurrency > 1 else 1
    places = concurrency
    finished: list[Attempt] = []
    try:
        while True:
            sender.start(islice(deliveries, places))
            done = sender.turn(wait=not finished)
            finished += done
            places = len(done)
            if finished and (not done or len(finished) >= batch):  # stored when there is nothing better to do
                stored, finished = ports.store.add_attempts(finished), []
                yield from stored
            elif not done:
                return
    finally:
        sender.close()
        ports.store.add_attempts([*finished, *sender.turn()])
