"""The agent's process in the hands of pyngrok, held to deadlines that pyngrok does not keep itself.

pyngrok waits for the agent without a limit, holds a lock meanwhile, and has its own `kill` wait for that lock. So it
works in a thread of its own, its table of processes is read past its lock, and what ends a wait is the end of the
process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from whcli.tunnels import GRACE_SECONDS, START_SECONDS, Place, orphans
from whcli.tunnels import ngrok_agent as agent
from whcli.tunnels.thread import in_thread

if TYPE_CHECKING:
    from pathlib import Path

    from pyngrok.log import NgrokLog

STEP = 0.1
OWN_HOSTS = "127.0.0.1,localhost,::1"


class Agent:
    """One run of the agent. `heard` is called with each line of its log, in another thread."""

    def __init__(
        self, path: Path, place: Place, *, api: str, token: str | None, heard: Callable[[NgrokLog], None]
    ) -> None:
        from pyngrok.conf import PyngrokConfig

        _prepare(token)
        self.pid: int | None = None
        self._place = place
        self._connecting: asyncio.Future[str] | None = None
        self._config = PyngrokConfig(
            ngrok_path=str(agent.quiet(path, place)),
            config_path=str(agent.settings(place, api)),
            log_event_callback=heard,
            startup_timeout=round(START_SECONDS),
            start_new_session=True,
            config_version=api,
        )
        self._config.auth_token = None  # it would stand in argv

    async def connect(self, local: str, options: dict[str, Any]) -> str:
        """Start the agent and have it lead a public URL to `local`; gives the URL. Raises what pyngrok raises."""
        connecting = self._connecting = in_thread(lambda: self._connect(local, options), name="whcli-ngrok")
        while not connecting.done():
            await asyncio.wait([connecting], timeout=STEP)
            self._remember()
        url: str = connecting.result()
        return url

    def _connect(self, local: str, options: dict[str, Any]) -> str:
        from pyngrok import installer, ngrok

        installer._config_cache.clear()  # ngrok.yml may have been mended since
        tunnel = ngrok.connect(local, "http", f"whcli-{os.getpid()}", self._config, **options)
        return str(tunnel.public_url).rstrip("/")

    def ended(self) -> str | None:
        """Why the agent can be relied on no more, a phrase; None while it can."""
        process = self._process()
        if process is None:
            return "ngrok's agent is gone"
        if (code := process.proc.poll()) is not None:
            return f"ngrok's agent ended with {code}" if code >= 0 else f"ngrok's agent was killed by signal {-code}"
        if (thread := process._monitor_thread) is None or not thread.is_alive():  # its log would fill up
            return "ngrok's log cannot be read any more"
        return None

    async def end(self) -> None:
        """End the agent: asked first, so that ngrok's servers hear of it, then by force."""
        connecting, self._connecting = self._connecting, None
        for number in (signal.SIGTERM, orphans.KILL):
            if (process := self._process()) is not None:
                orphans.send_to_all(process.proc.pid, number)
                with suppress(subprocess.TimeoutExpired):
                    await asyncio.to_thread(process.proc.wait, GRACE_SECONDS)
                    break
            elif connecting is not None:  # it may be about to start the process
                await asyncio.wait([connecting], timeout=GRACE_SECONDS)
        if connecting is not None:
            connecting.add_done_callback(lambda done: done.exception())  # which nobody asks for any more
        _processes().pop(self._config.ngrok_path, None)
        if self.pid is not None:
            orphans.forget(self._place.state, self.pid)
            self.pid = None

    def _process(self) -> Any:
        return _processes().get(self._config.ngrok_path)

    def _remember(self) -> None:
        """Write the process down as soon as it is there, so that it is found if we are killed."""
        if self.pid is None and (process := self._process()) is not None:
            self.pid = process.proc.pid
            with suppress(OSError):
                orphans.remember(self._place.state, process.proc.pid, name="ngrok")


def _processes() -> dict[str, Any]:
    from pyngrok import process

    return process._current_processes  # private, and the only way that does not wait


def _prepare(token: str | None) -> None:
    """Set this process up for pyngrok, which takes no other way in for any of this."""
    logger = logging.getLogger("pyngrok")
    logger.propagate = False
    logger.addHandler(logging.NullHandler())
    # It asks the agent on this machine by urllib, which would ask a proxy for it; the agent inherits both.
    for name in ("no_proxy", "NO_PROXY"):
        before = os.environ.get(name, "")
        if OWN_HOSTS not in before:
            os.environ[name] = f"{before},{OWN_HOSTS}".lstrip(",")
    if token:
        os.environ[agent.TOKEN] = token  # the agent reads it; everybody can read what stands in argv
    if threading.excepthook is not _hook:
        _usual.append(threading.excepthook)
        threading.excepthook = _hook


_usual: list[Callable[[threading.ExceptHookArgs], object]] = []


def _hook(what: threading.ExceptHookArgs, /) -> None:
    """Let the thread that reads the log end without a traceback; that it did is noticed by its absence."""
    if what.thread is None or "_monitor_process" not in what.thread.name:
        _usual[-1](what)
