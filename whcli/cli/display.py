"""What `listen` shows: it observes finished values, and is never waited for.

What is usual is put into words at once, which costs less than to hand the value over. A thread of its own writes:
a terminal that is held (Ctrl-S), or a pipe that nobody reads, stops that thread and no sender. What cannot be shown
in time is counted, and is in the store.
"""

from __future__ import annotations

import errno
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from whcli.actions.capture import Captured
from whcli.cli import signing
from whcli.cli.env import Env
from whcli.cli.running import DEFAULT_PORT
from whcli.errors import WhcliError
from whcli.formats import plain
from whcli.model import Attempt, Endpoint, Record, TunnelState
from whcli.outgoing import redact
from whcli.store import Store
from whcli.view import live

if TYPE_CHECKING:
    from whcli.cli.serving import Plan
    from whcli.net.listener import Listener

PAUSE = 0.1
"""Seconds between two writes, at least."""
LINES = 10
"""Lines in one write to a terminal, at most; more cannot be read, and cost what senders wait for."""
PATIENCE = 1.0
"""Seconds that a line waits for the targets' answers before it is shown without them."""

BACKLOG = 20_000
"""Values that may wait to be shown; further ones are counted."""
GONE = (errno.EPIPE, errno.EIO)
"""What a pipe or a terminal says whose reader has left."""
LAST_SECONDS = 1.0
"""For the last lines, when all else has ended."""

Shown = tuple[Captured, list[Attempt]] | Attempt | TunnelState
"""A delivery with what its targets said by then, an answer that came later, or what became of the tunnel."""

News = tuple[Captured, int] | Attempt | TunnelState | tuple[int | None, str]
"""What is shown, as it is heard: a delivery with the number of its targets, or a refusal, are not shown as such."""


WAKE = (None, "")
"""No news, but that there is something to write."""


class Awaited(NamedTuple):
    """A delivery whose targets have not all answered."""

    captured: Captured
    due: float
    """When it is shown all the same."""
    targets: int
    attempts: list[Attempt]


class Display:
    """One line for each delivery, complete once its targets have answered."""

    def __init__(self, env: Env, *, as_json: bool) -> None:
        self._env = env
        self._as_json = as_json
        self._news: SimpleQueue[News | None] = SimpleQueue()
        self._lost = 0
        self._deaf = False
        self._thread = Thread(target=self._run, name="whcli-display", daemon=True)
        # The rest belongs to the thread.
        self._waiting: dict[int, Awaited] = {}
        self._ready: list[Shown] = []
        self._lost_before = self._told = 0
        self._refusals: dict[tuple[int | None, str], int] = {}
        self._refused_at = 0.0
        self._store: Store | None = None
        # These pass from one to the other.
        self._asleep = False
        self._few = env.terminal and not as_json
        self._lines: deque[str] = deque()
        self._latest: deque[tuple[int, Captured]] = deque(maxlen=LINES)
        self._count = 0

    def ready(self, listener: Listener, plan: Plan, tunnel: TunnelState | None) -> None:
        """Say where to call, and what is known of the callers; show what comes from here on."""
        public_url = tunnel.public_url if tunnel else plan.public_url
        env, config, url = self._env, self._env.config, listener.url
        if self._as_json:
            ready = {"type": "ready", "url": url, "public_url": public_url, "db": str(config.db), "pid": os.getpid()}
            tls = {"fingerprint": plan.identity.fingerprint} if plan.identity else {}
            env.show_json([{**ready, **tls}], flush=True)
        else:
            endpoints = [(each.path, each.provider, _known(env, plan, each)) for each in config.endpoints.values()]
            rest = Endpoint("/" if plan.provider else "any path", plan.provider, plan.secrets)
            endpoints.append((rest.path, rest.provider, _known(env, plan, rest)))
            targets = [redact(target.url) for target in plan.targets]
            usual = plan.port is not None or url.endswith(f":{DEFAULT_PORT}")
            lines = live.ready(
                url=url, instead_of=None if usual else DEFAULT_PORT, exposed=listener.exposed,
                public_url=public_url, tunnel=tunnel, db=str(config.db), endpoints=endpoints, targets=targets,
                certificate=(str(plan.identity.certificate), plan.identity.fingerprint) if plan.identity else None,
                callers=[str(each) for each in plan.allowed],
                width=env.width, style=env.style,
            )  # fmt: skip
            if tunnel:
                lines[0] = live.title(tunnel, env.style, first=True) + lines[0]
            env.show([*lines, ""], flush=True)
        if tunnel and self._as_json:
            self._tell(tunnel)
        self._thread.start()

    def tunnel(self, state: TunnelState) -> None:
        """Something became of the tunnel; what it was before it was ready is no news."""
        if self._thread.is_alive():
            self._tell(state)

    def captured(self, captured: Captured, *, awaited: int) -> None:
        """A delivery was committed; so many targets will be heard of."""
        if awaited and not self._as_json:
            self._tell((captured, awaited))
            return
        # What is usual is put into words here: to hand over the value would cost several times as much.
        if self._few:
            self._count += 1
            self._latest.append((self._count, captured))
        elif len(self._lines) < BACKLOG and not self._deaf:
            self._lines.append(self._line(captured, []))
        else:
            self._lost += 1
        if self._asleep:
            self._asleep = False
            self._news.put(WAKE)

    def attempted(self, attempt: Attempt) -> None:
        """A target was called."""
        self._tell(attempt)

    def refused(self, status: int | None, reason: str) -> None:
        """A request never became a delivery; many of a kind are one line a second."""
        self._tell((status, reason))

    def end(self, left: int) -> bool:
        """The last lines; False if they could not be written, as nobody reads them."""
        if left:
            self._env.talk(
                f"{left} deliveries were not passed on any more; they are stored: whcli replay ID --to TARGET"
            )
        self._news.put(None)
        if self._thread.is_alive():
            self._thread.join(LAST_SECONDS)
        return not self._thread.is_alive()

    def _tell(self, news: News) -> None:
        if self._news.qsize() < BACKLOG and not self._deaf:
            self._news.put(news)
        else:
            self._lost += 1

    def _run(self) -> None:
        try:
            while self._take():
                self._write(last=False)
                time.sleep(PAUSE)
            self._write(last=True)
        except OSError as error:
            # Whoever read this is gone, or its disk is full, which is no reason to listen no more.
            self._deaf = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            if error.errno not in GONE:
                self._env.talk(f"deliveries are stored but no longer shown: {error.strerror}")

    def _take(self) -> bool:
        """Take in all the news there are, after waiting for the first; False at the end."""
        try:
            self._asleep = True  # before the look: what comes after it rings
            block = not (self._lines or self._latest)
            news = self._news.get(block, timeout=PAUSE if self._waiting or self._refusals else None)
            while news is not None:
                self._take_in(news)
                if self._news.empty():
                    return True
                news = self._news.get()
        except Empty:
            return True
        return False

    def _take_in(self, news: News) -> None:
        if isinstance(news, Attempt):
            self._attempted(news)
        elif isinstance(news, TunnelState):
            self._ready.append(news)
        elif news is WAKE:
            return
        elif isinstance(news[0], Captured):
            captured, count = news
            self._waiting[captured.delivery.id] = Awaited(captured, time.monotonic() + PATIENCE, count, [])
        elif news in self._refusals or len(self._refusals) < LINES:
            self._refusals[news] = self._refusals.get(news, 0) + 1

    def _attempted(self, attempt: Attempt) -> None:
        awaited = self._waiting.get(attempt.delivery_id or 0)
        if awaited is None:
            self._ready.append(attempt)
            return
        awaited.attempts.append(attempt)
        if len(awaited.attempts) == awaited.targets:
            del self._waiting[awaited.captured.delivery.id]
            self._ready.append((awaited.captured, awaited.attempts))

    def _write(self, *, last: bool) -> None:
        now = time.monotonic()
        late = [id_ for id_, awaited in self._waiting.items() if last or awaited.due <= now]
        self._ready += [(awaited.captured, awaited.attempts) for awaited in map(self._waiting.pop, late)]
        ready, self._ready = self._ready, []
        lines = [self._lines.popleft() for _ in range(len(self._lines))]
        latest = [self._latest.popleft() for _ in range(len(self._latest))]
        lost, self._lost_before = self._lost - self._lost_before, self._lost
        if self._few:
            before, ready = ready[:-LINES], ready[-LINES:]
            kept = [what for what in before if isinstance(what, TunnelState)]
            lost += len(before) - len(kept)
            ready = [*kept, *ready]
            lines = [self._line(captured, []) for _, captured in latest]
            if latest:
                lost += latest[-1][0] - self._told - len(latest)
                self._told = latest[-1][0]
        if lines or ready or lost:
            more = [f"           … {lost} more"] if lost and not self._as_json else []
            self._env.show(["\n".join([*more, *lines, *self._shown(ready)])], flush=True)
        if self._refusals and (last or now - self._refused_at > 1):
            self._refused_at = now
            for (status, reason), count in self._refusals.items():
                answer, times = f" with {status}" if status else "", f" ({count} times)" if count > 1 else ""
                self._env.talk(f"refused{answer}{times}: {reason}")
            self._refusals.clear()

    def _shown(self, ready: list[Shown]) -> Iterator[str]:
        """A line for each."""
        style, width = self._env.style, self._env.width
        for what in ready:
            if isinstance(what, TunnelState):
                if self._as_json:
                    yield plain.dumps({"type": "tunnel", **plain.tunnel(what)})
                else:
                    yield live.title(what, style) + live.tunnel(what, width=width, style=style)
                continue
            if isinstance(what, Attempt):
                if self._as_json:
                    yield plain.dumps({"type": "attempt", **plain.attempt(what)})
                else:
                    yield self._late(what)
                continue
            yield self._line(*what)

    def _line(self, captured: Captured, attempts: list[Attempt]) -> str:
        """The line of a delivery."""
        delivery, verdict, _, duplicate_of = captured
        record = Record(delivery, verdict, None, duplicate_of)
        if self._as_json:
            return plain.dumps({"type": "delivery", **plain.delivery(record)})
        return live.line(record, attempts, width=self._env.width, style=self._env.style)

    def _late(self, attempt: Attempt) -> str:
        """The line of a delivery that was shown before its target answered."""
        width, style = self._env.width, self._env.style
        try:
            self._store = self._store or Store.to_read(self._env.config.db)
            record = self._store.record(attempt.delivery_id or 0)
        except WhcliError:  # the database was replaced, or is locked; the answer is told all the same
            return live.attempt(attempt, width=width, style=style)
        return live.line(record, [attempt], width=width, style=style)


def _known(env: Env, plan: Plan, endpoint: Endpoint) -> live.Known:
    """By what the signatures of an endpoint are checked."""
    if endpoint.secrets:
        return "secret"
    if not signing.is_served(env, endpoint, params=plan.params):
        return "nothing"
    return "kept" if plan.offline else "served"
