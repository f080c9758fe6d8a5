"""A child process that holds a tunnel open: in a session of its own, read to the end, and never left behind."""

from __future__ import annotations

import asyncio
import signal
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from whcli.errors import TunnelError
from whcli.tunnels import GRACE_SECONDS, orphans

if TYPE_CHECKING:
    from asyncio.subprocess import Process

    from whcli.tunnels import Place

LINE = 4096
"""Bytes of a line that are kept; a program that says more in one says nothing that we look for."""
LINES = 200
"""Lines that wait to be looked at; of more, the oldest are dropped, so that the child never waits for us."""


class Child:
    """A process that was started; make it with `start`."""

    def __init__(self, process: Process, place: Place) -> None:
        self.pid = process.pid
        self._process = process
        self._place = place
        self._lines: deque[str] = deque(maxlen=LINES)
        self._news = asyncio.Event()
        self._reading = asyncio.get_running_loop().create_task(self._read())

    @classmethod
    async def start(
        cls, words: Sequence[str], *, name: str, place: Place, environment: Mapping[str, str] | None = None
    ) -> Child:
        """Start a program; `name` is the tunnel's. Raises TunnelError where it cannot be run.

        Its stdin is closed, stdout and stderr come as one. `environment` stands in the place of the user's.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *words,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                env=dict(place.environment if environment is None else environment),
                cwd=place.folder,
                start_new_session=True,
            )
        except OSError as error:
            raise TunnelError(f"{words[0]} cannot be run: {error.strerror}", hint=f"install {words[0]}") from error
        with suppress(OSError):  # a folder that cannot be written is no reason to have no tunnel
            orphans.remember(place.state, process.pid, name=name)
        return cls(process, place)

    @property
    def code(self) -> int | None:
        """Its exit code once it has ended, negative for a signal."""
        return self._process.returncode

    async def lines(self) -> AsyncIterator[str]:
        """What it says, a line at a time, without what was taken before; ends when it closes its output."""
        while True:
            while self._lines:
                yield self._lines.popleft()
            if self._reading.done():
                return
            self._news.clear()
            await self._news.wait()

    async def ended(self) -> int:
        """Wait for its end; gives its exit code."""
        return await self._process.wait()

    async def end(self) -> None:
        """Ask it to end, with all that it started; force it after GRACE_SECONDS."""
        for number in (signal.SIGTERM, orphans.KILL):
            orphans.send_to_all(self.pid, number)
            with suppress(TimeoutError):
                async with asyncio.timeout(GRACE_SECONDS):
                    await self._process.wait()
                    break
        self._reading.cancel()
        orphans.forget(self._place.state, self.pid)

    async def _read(self) -> None:
        stream, begun = self._process.stdout, b""
        assert stream is not None
        try:
            while data := await stream.read(1 << 16):
                *whole, begun = (begun + data).split(b"\n")
                self._take([*whole, *([begun[:LINE]] if len(begun) > LINE else [])])
                begun = begun if len(begun) <= LINE else b""
            self._take([begun] if begun else [])
        finally:
            self._news.set()

    def _take(self, lines: list[bytes]) -> None:
        self._lines += [line[:LINE].decode("utf-8", "replace").rstrip("\r") for line in lines]
        self._news.set()
