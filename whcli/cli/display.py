"""What `listen` shows: it observes finished values, and is never waited for."""

from __future__ import annotations

import asyncio
import os
import sys
from collections import deque
from collections.abc import Iterator
from time import monotonic
from typing import TYPE_CHECKING

from whcli.actions.capture import Captured
from whcli.cli.env import Env
from whcli.formats import plain
from whcli.model import Attempt, Record
from whcli.view import live

if TYPE_CHECKING:
    from whcli.cli.serving import Plan
    from whcli.store import Store

PAUSE = 0.05
"""Seconds between two writes to the terminal, at least."""
LINES = 10
"""Lines in one write to a terminal, at most; more cannot be read, and cost what senders wait for."""
PATIENCE = 1.0
"""Seconds that a line waits for the targets' answers before it is shown without them."""

Shown = tuple[Captured, list[Attempt]] | Attempt
"""A delivery with what its targets said by then, or an answer that came later."""


class Display:
    """One line for each delivery, complete once its targets have answered."""

    def __init__(self, env: Env, store: Store, *, as_json: bool) -> None:
        self._env = env
        self._store = store
        self._as_json = as_json
        self._waiting: dict[int, tuple[Captured, float, int, list[Attempt]]] = {}
        self._ready: deque[Shown] = deque()
        self._skipped = 0
        self._refusals: dict[tuple[int, str], int] = {}
        self._refused_at = 0.0
        self._bound = LINES if env.terminal and not as_json else sys.maxsize
        self._wake = asyncio.Event()

    def ready(self, url: str, plan: Plan) -> None:
        """Say where to call, and what is known of the callers."""
        env, config = self._env, self._env.config
        if self._as_json:
            first = {
                "type": "ready",
                "url": url,
                "public_url": plan.public_url,
                "db": str(config.db),
                "pid": os.getpid(),
            }
            env.show_json([first], flush=True)
            return
        endpoints = [(each.path, each.provider, bool(each.secrets)) for each in config.endpoints.values()]
        endpoints.append(("any path" if not plan.provider else "/", plan.provider, bool(plan.secrets)))
        targets = [target.url for target in plan.targets]
        lines = live.ready(
            url=url, public_url=plan.public_url, db=str(config.db), endpoints=endpoints, targets=targets,
            width=env.width, style=env.style,
        )  # fmt: skip
        env.show([*lines, ""], flush=True)

    def captured(self, captured: Captured, *, awaited: int) -> None:
        """A delivery was committed; so many targets will be heard of."""
        if awaited and not self._as_json:
            self._waiting[captured.delivery.id] = (captured, monotonic() + PATIENCE, awaited, [])
        else:
            self._put((captured, []))

    def attempted(self, attempt: Attempt) -> None:
        """A target was called."""
        waiting = self._waiting.get(attempt.delivery_id or 0)
        if waiting is None:
            self._put(attempt)
            return
        captured, _, awaited, attempts = waiting
        attempts.append(attempt)
        if len(attempts) == awaited:
            del self._waiting[captured.delivery.id]
            self._put((captured, attempts))

    def refused(self, status: int, reason: str) -> None:
        """A request never became a delivery; many of a kind are one line a second."""
        key = (status, reason)
        if key in self._refusals or len(self._refusals) < LINES:
            self._refusals[key] = self._refusals.get(key, 0) + 1
        self._wake.set()

    async def refresh(self) -> None:
        """Write what there is, then rest a little; without end."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            self.flush()
            await asyncio.sleep(PAUSE)
            self._wake.set() if self._waiting or self._refusals else None

    def flush(self) -> None:
        """Write what is ready."""
        late = monotonic()
        for id_, (captured, due, _, attempts) in list(self._waiting.items()):
            if due <= late:
                del self._waiting[id_]
                self._put((captured, attempts))
        ready, self._ready = list(self._ready), deque()
        skipped, self._skipped = self._skipped, 0
        if ready:
            lines = [f"           … {skipped} more"] if skipped else []
            lines += self._shown(ready)
            self._env.show(["\n".join(lines)], flush=True)
        if self._refusals and monotonic() - self._refused_at > 1:
            self._refused_at = monotonic()
            for (status, reason), count in self._refusals.items():
                self._env.talk(f"refused with {status}{f' ({count} times)' if count > 1 else ''}: {reason}")
            self._refusals.clear()

    def end(self, left: int) -> None:
        """The last lines."""
        for id_ in list(self._waiting):
            captured, _, _, attempts = self._waiting.pop(id_)
            self._put((captured, attempts))
        self._refused_at = 0.0
        self.flush()
        if left:
            self._env.talk(
                f"{left} deliveries were not passed on any more; they are stored: whcli replay ID --to TARGET"
            )

    def _put(self, what: Shown) -> None:
        if len(self._ready) >= self._bound:
            self._ready.popleft()
            self._skipped += 1
        self._ready.append(what)
        self._wake.set()

    def _shown(self, ready: list[Shown]) -> Iterator[str]:
        """A line for each."""
        style, width = self._env.style, self._env.width
        for what in ready:
            if isinstance(what, Attempt):
                if self._as_json:
                    yield plain.dumps({"type": "attempt", **plain.attempt(what)})
                else:
                    yield live.line(self._store.record(what.delivery_id or 0), [what], width=width, style=style)
                continue
            (delivery, verdict, _, duplicate_of), attempts = what
            record = Record(delivery, verdict, None, duplicate_of)
            if self._as_json:
                yield plain.dumps({"type": "delivery", **plain.delivery(record)})
            else:
                yield live.line(record, attempts, width=width, style=style)
