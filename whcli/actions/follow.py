"""Deliveries as they are stored, by whichever process."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from whcli.filters import Filter

if TYPE_CHECKING:
    from whcli.model import Record
    from whcli.store import Store
    from whcli.store.watch import Watch

HELD = 256
"""Deliveries that are held at once: whoever takes them may be slow, and far behind."""
LOOK_SECONDS = 1.0
"""The longest time between two looks, whatever the watch says."""
SETTLE_SECONDS = 1.0
"""For which a commit that was announced is waited for: a disk under load may take as long to sync."""
LONGEST_PAUSE = 0.025
"""Seconds between two looks meanwhile, at most."""


def follow(store: Store, watch: Watch, wanted: Filter, *, after: int) -> Iterator[Record]:
    """Each delivery with a higher id than `after` that matches, in the order they were stored, without end.

    No read stays open while it waits: that would keep the database's log from being folded back.
    """
    seen = after
    while True:
        newest = store.last_id()
        if newest > seen:
            found = list(store.records(wanted, after=seen, until=newest, oldest_first=True, limit=HELD))
            yield from found
            seen = found[-1].delivery.id if len(found) == HELD else newest
        elif watch.wait(LOOK_SECONDS):
            _settle(store, seen)


def _settle(store: Store, seen: int) -> None:
    """Look again, at growing intervals, until what was announced has been committed."""
    pause, spent = 0.0005, 0.0
    while store.last_id() <= seen and spent < SETTLE_SECONDS:
        time.sleep(pause)
        spent += pause
        pause = min(pause + 0.0005, LONGEST_PAUSE)
