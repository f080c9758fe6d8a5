"""A tunnel kept open: opened, proved, watched, and opened anew when it is lost; each change is told."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from whcli.actions import Clock
from whcli.actions.probe import Finding
from whcli.errors import TunnelError
from whcli.model import Openness, TunnelState

if TYPE_CHECKING:
    from whcli.tunnels import Tunnel, TunnelEvent, TunnelInfo


T = TypeVar("T")


class Quiet(Enum):
    """Nothing was said."""

    QUIET = "quiet"


QUIET = Quiet.QUIET


class Pace(NamedTuple):
    """How soon what is done, in seconds."""

    check: float = 30.0
    """Between two probes of a tunnel through which nothing else comes."""
    ready: float = 4.0
    """For the first probe to get through: names and routes of a new URL take a while to be known."""
    retry: float = 0.25
    """Between the first probes; later it is doubled each time."""
    slowest: float = 60.0
    """Between tries, at most."""
    patience: float = 15.0
    """How long a tunnel that is down may take to come back by itself before it is closed and opened anew."""
    tick: float = 1.0
    slept: float = 7.0
    """A look at the clock that comes so late says that the computer slept; a probe takes less."""


class Exposure:
    """One tunnel to the listener at `local`.

    `changed` hears of each new state, `leads` of each new public URL with the header that names who called.
    `heard` gives when something last came through, `uptime` the seconds since whenever, sleep included; both in the
    clock of the event loop but for that.
    """

    def __init__(  # noqa: PLR0913 - the world around one tunnel
        self,
        tunnel: Tunnel,
        *,
        name: str,
        local: str,
        probe: Callable[[str], Awaitable[Finding]],
        leads: Callable[[str, bytes | None], None],
        changed: Callable[[TunnelState], None],
        heard: Callable[[], float],
        clock: Clock,
        uptime: Callable[[], float],
        pace: Pace,
    ) -> None:
        self._tunnel = tunnel
        self._local = local
        self._probe = probe
        self._leads = leads
        self._changed = changed
        self._heard = heard
        self._clock = clock
        self._uptime = uptime
        self._pace = pace
        self._proved = False
        """A probe came through once, so that one that cannot be sent says something."""
        self._doubted: datetime | None = None
        """When a probe failed, where those before did not, and it is to be repeated."""
        self._due = 0.0
        """When to probe next."""
        self._pause = 0.0
        """Until the probe after that, where it fails."""
        self._lost_at: float | None = None
        """When to wait no longer for a tunnel that is down."""
        self.info: TunnelInfo | None = None
        self.state = TunnelState(clock(), name, "opening")

    async def start(self) -> None:
        """Open the tunnel and prove it: its state says with what result. Raises TunnelError where it does not open."""
        self._changed(self.state)
        await self._open()

    async def run(self) -> None:
        """Watch the tunnel, and open it anew when it is lost, until cancelled."""
        while True:
            await self._until_lost()
            self._become("down", reason="it ended without a word")
            await self._tunnel.close()
            await self._reopen()

    async def close(self) -> None:
        """End the tunnel."""
        await self._tunnel.close()
        self._become("closed")

    # Opening

    async def _open(self) -> None:
        self.info = await self._tunnel.open(self._local)
        self._lead(self.info.public_url)
        deadline = _time() + self._pace.ready
        while True:
            finding = await self._probe(self.info.public_url)
            if finding.reason is None or _time() >= deadline:
                break
            await asyncio.sleep(self._pace.retry)
        self._judge(finding)

    async def _reopen(self) -> None:
        pause = self._pace.retry
        while True:
            await asyncio.sleep(pause)
            try:
                await self._open()
            except TunnelError as error:
                self._become("down", reason=error.message, hint=error.hint, slug=error.slug, opening=True)
                pause = min(pause * 2, self._pace.slowest)
            else:
                return

    def _lead(self, public_url: str) -> None:
        assert self.info is not None
        self.info = self.info._replace(public_url=public_url)
        self._leads(public_url, self.info.caller)

    # Watching

    async def _until_lost(self) -> None:
        """Take in what the tunnel says and what probes find; return when it has to be opened anew."""
        events: asyncio.Queue[TunnelEvent | None] = asyncio.Queue()
        reading = asyncio.create_task(self._read(events))
        try:
            await self._attend(events)
        finally:
            reading.cancel()
            with suppress(asyncio.CancelledError):
                await reading

    async def _read(self, events: asyncio.Queue[TunnelEvent | None]) -> None:
        try:
            async for event in self._tunnel.watch():
                events.put_nowait(event)
        finally:
            events.put_nowait(None)

    async def _attend(self, events: asyncio.Queue[TunnelEvent | None]) -> None:
        self._trust()
        looked = self._uptime()
        while True:
            event = await _next(events, min(self._pace.tick, max(0.0, self._due - _time())))
            if event is None:
                return
            asleep, looked = self._uptime() - looked, self._uptime()
            if asleep > self._pace.slept:
                since = self._clock() - timedelta(seconds=asleep)
                self._become("down", reason="this computer slept", since=since)
                self._due = _time()
            if event is not QUIET:
                self._take(event)
            elif self._calm:  # what came through says as much as a probe
                self._due = max(self._due, self._heard() + self._pace.check)
            if events.empty() and _time() >= self._due and not await self._check():
                return

    @property
    def _calm(self) -> bool:
        return self.state.state == "up" and not self._doubted

    def _trust(self) -> None:
        """All is well: the next look has time."""
        self._pause, self._lost_at = self._pace.retry, None
        self._due = _time() + self._pace.check

    def _take(self, event: TunnelEvent) -> None:
        """What the tunnel said of itself. That it is up is not believed before a probe has come through."""
        if event.public_url is not None:
            self._lead(event.public_url)
        if event.state == "down":
            self._become("down", reason=event.reason, hint=event.hint, slug=event.slug)
        self._due = _time()

    async def _check(self) -> bool:
        """Probe the tunnel; False when it was down for so long that it has to be opened anew."""
        assert self.info is not None
        self._judge(await self._probe(self.info.public_url))
        if self._calm:
            self._trust()
            return True
        now = _time()
        self._due, self._pause = now + self._pause, min(self._pause * 2, self._pace.slowest)
        self._lost_at = self._lost_at or now + self._pace.patience
        return now < self._lost_at

    def _judge(self, finding: Finding) -> None:
        """What a probe says of the state; one that fails after others did not is asked once more."""
        if finding.reason is None:
            self._proved, self._doubted = True, None
            self._become("up", checked=True)
        elif not finding.tried and not self._proved:
            self._become("up", reason=f"not checked: {finding.reason}", hint=finding.hint)
        elif self.state.state == "up" and self.state.checked and not self._doubted:
            self._doubted = self._clock()
        else:
            since, self._doubted = self._doubted, None
            self._become("down", reason=finding.reason, hint=finding.hint, slug=finding.slug, since=since)

    def _become(  # noqa: PLR0913 - a state's own fields
        self,
        state: Openness,
        *,
        checked: bool = False,
        reason: str | None = None,
        hint: str | None = None,
        slug: str | None = None,
        since: datetime | None = None,
        opening: bool = False,
    ) -> None:
        """Tell a state, unless it is the one that was told last.

        A gap is told once, with the reason that it began with; then why an attempt at `opening` fails, if it does.
        """
        before, now = self.state, since or self._clock()
        url, pid = (self.info.public_url, self.info.pid) if self.info else (None, None)
        down_since = None if before.state == "up" else before.down_since
        if state == "down":
            if down_since is not None and not opening:
                return  # the gap has its reason
            down_since = down_since or now
        new = TunnelState(now, before.tunnel, state, url, checked, reason, hint, slug, pid, down_since)
        if new._replace(at=before.at, down_since=before.down_since, pid=before.pid) != before:
            self.state = new
            self._changed(new)


async def _next(events: asyncio.Queue[T], seconds: float) -> T | Quiet:
    """The next event, or that there was none in so many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            return await events.get()
    return QUIET


def _time() -> float:
    return asyncio.get_running_loop().time()
