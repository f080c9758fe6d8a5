"""A request to a target by a sender's rule: again after a failure, until it is taken or given up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from whcli.actions import Ports, Sending
from whcli.actions.deliver import Job, deliver
from whcli.model import Attempt
from whcli.schedule import RetryPolicy


def send(
    ports: Ports, job: Job, *, sender: Sending, policy: RetryPolicy, sleep: Callable[[timedelta], None]
) -> Iterator[Attempt]:
    """Give each attempt once it is stored; a retry has the number that follows."""
    while True:
        [attempt] = ports.store.add_attempts([deliver(job, sender=sender, clock=ports.clock)])
        yield attempt
        wait = policy.delay(attempt, random=ports.random, now=ports.clock())
        if wait is None:
            return
        sleep(wait)
        job = job._replace(number=job.number + 1, cause="retry")
