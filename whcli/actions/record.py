"""Between an event loop and the writer's thread: what one turn of the loop brings goes into one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from whcli.model import Delivery, Verdict

if TYPE_CHECKING:
    from whcli.store.writer import Answer, Entry

ENOUGH = 64
"""Deliveries that are handed over without waiting for more."""


class Recorder:
    """Deliveries of one loop to one writer.

    They are handed over once a turn of the loop has brought no new one: with one sender that is at once, with many
    it is when all that had arrived has been read, so that one commit serves them. No timer is involved.
    """

    def __init__(self, submit: Callable[[list[Entry]], None]) -> None:
        self._loop = asyncio.get_running_loop()
        self._submit = submit
        self._pending: list[Entry] = []
        self._seen = 0

    def add(self, delivery: Delivery, verdict: Verdict, done: Callable[[Answer], None]) -> None:
        """Store both; `done` is called with the id once they are on disk, or with the hindrance."""
        if not self._pending:
            self._loop.call_soon(self._flush)
        self._pending.append((delivery, verdict, done))

    def _flush(self) -> None:
        if max(self._seen, 1) < len(self._pending) < ENOUGH:
            self._seen = len(self._pending)
            self._loop.call_soon(self._flush)
            return
        self._submit(self._pending)
        self._pending = []
        self._seen = 0
