"""ngrok, through pyngrok, held to deadlines that it does not keep itself.

pyngrok waits for the agent without a limit, holds a lock meanwhile, and has its own `kill` wait for that lock; so it
works in a thread of its own, and what ends a wait is the end of the agent's process.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whcli.errors import TunnelError, UsageError
from whcli.tunnels import GRACE_SECONDS, START_SECONDS, Kind, Option, Place, TunnelEvent, TunnelInfo, orphans
from whcli.tunnels import ngrok_agent as agent
from whcli.tunnels import ngrok_errors as errors
from whcli.tunnels.thread import in_thread

if TYPE_CHECKING:
    from pyngrok.conf import PyngrokConfig
    from pyngrok.log import NgrokLog

NAME = "ngrok"
STEP = 0.1
LOOK_SECONDS = 0.5
"""Between two looks whether the agent still runs."""
OWN_HOSTS = "127.0.0.1,localhost,::1"


class Ngrok:
    """A tunnel by ngrok's agent."""

    def __init__(self, options: Mapping[str, Any], place: Place) -> None:
        self._options = options
        self._place = place
        self._agent = agent.located(place, options["agent"])
        self._policy = _read(place, options["traffic-policy"])
        self._token = agent.token(place)
        self._config: PyngrokConfig | None = None
        self._connecting: asyncio.Future[Any] | None = None
        self._pid: int | None = None
        self._url = ""
        self._complaint = ""
        """The first error in the log since it was opened."""
        self._events: asyncio.Queue[TunnelEvent] = asyncio.Queue(100)

    async def open(self, local: str) -> TunnelInfo:
        """Start the agent and lead a public URL to `local`. Raises TunnelError."""
        self._complaint = ""
        self._events = asyncio.Queue(100)
        try:
            async with asyncio.timeout(START_SECONDS):
                info = await self._open(local)
        except TimeoutError as error:
            await self.close()
            raise self._too_slow() from error
        except BaseException:
            await self.close()
            raise
        self._url = info.public_url
        return info

    async def _open(self, local: str) -> TunnelInfo:
        version = await agent.version(self._agent, self._place)
        api = "3" if version >= agent.ENDPOINTS_SINCE else "2"
        options = self._body(api)
        self._config = self._configured(api)
        connecting = self._connecting = in_thread(lambda: _connect(self._config, local, options), name="whcli-ngrok")
        while not connecting.done():
            await asyncio.wait([connecting], timeout=STEP)
            self._remember()
        try:
            tunnel = connecting.result()
        except Exception as error:  # pyngrok's own, YAML's, the system's: all of them are reasons
            raise self._explained(error) from error
        return TunnelInfo(tunnel, self._pid, caller=b"x-forwarded-for")

    def _body(self, api: str) -> dict[str, Any]:
        """What the agent is asked for, in the words of its API."""
        domain, pooling = self._options["domain"], self._options["pooling"]
        if api == "3":
            wanted = {"url": domain, "traffic_policy": self._policy, "pooling_enabled": pooling}
            return {key: value for key, value in wanted.items() if value}
        if self._policy or pooling:
            raise TunnelError("this ngrok is too old for traffic-policy and pooling", hint=errors.UPDATE)
        wanted = {"domain": domain and domain.removeprefix("https://"), "schemes": ["https"]}
        return {key: value for key, value in wanted.items() if value}

    def _configured(self, api: str) -> PyngrokConfig:
        from pyngrok.conf import PyngrokConfig

        logger = logging.getLogger("pyngrok")
        logger.propagate = False
        logger.addHandler(logging.NullHandler())
        # pyngrok asks the agent on this machine by urllib, which would ask a proxy for it; the child inherits both.
        for name in ("no_proxy", "NO_PROXY"):
            before = os.environ.get(name, "")
            if OWN_HOSTS not in before:
                os.environ[name] = f"{before},{OWN_HOSTS}".lstrip(",")
        if self._token:
            os.environ[agent.TOKEN] = self._token  # the agent reads it; everybody can read what stands in argv
        config = PyngrokConfig(
            ngrok_path=str(agent.quiet(self._agent, self._place)),
            config_path=str(agent.settings(self._place, api)),
            log_event_callback=self._reporter(asyncio.get_running_loop()),
            startup_timeout=round(START_SECONDS),
            start_new_session=True,
            config_version=api,
        )
        config.auth_token = None
        _hush()
        return config

    def _reporter(self, loop: asyncio.AbstractEventLoop) -> Callable[[NgrokLog], None]:
        """What pyngrok's thread calls with each line of the log; few of them matter."""

        def report(log: NgrokLog) -> None:
            event = _event(log, self._secrets)
            if event is None:
                return
            if event.state == "down" and not self._complaint:
                self._complaint = log.err or log.line
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._put, event)

        return report

    def _put(self, event: TunnelEvent) -> None:
        if not self._events.full():
            self._events.put_nowait(event)

    async def watch(self) -> AsyncIterator[TunnelEvent]:
        """The agent's log as far as it matters, and its end."""
        down = False
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_SECONDS):  # wait_for of Python 3.11 may lose a cancellation
                    event = await self._events.get()
                if event.public_url == self._url:
                    event = event._replace(public_url=None)
                if event.state == "down" or down or event.public_url:
                    down = event.state == "down"
                    self._url = event.public_url or self._url
                    yield event
                continue
            if (reason := self._ended()) is not None:
                yield TunnelEvent("down", reason, "whcli starts it again")
                return

    def _ended(self) -> str | None:
        """Why the agent can be relied on no more."""
        process = self._process()
        if process is None:
            return "ngrok's agent is gone"
        if (code := process.proc.poll()) is not None:
            return f"ngrok's agent ended with {code}" if code >= 0 else f"ngrok's agent was killed by signal {-code}"
        if (thread := process._monitor_thread) is None or not thread.is_alive():  # its log would fill up
            return "ngrok's log cannot be read any more"
        return None

    async def close(self) -> None:
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
        if self._config is not None:
            self._processes().pop(self._config.ngrok_path, None)
        if self._pid is not None:
            orphans.forget(self._place.state, self._pid)
            self._pid = None

    @property
    def _secrets(self) -> tuple[str, ...]:
        return (self._token,) if self._token else ()

    def _processes(self) -> dict[str, Any]:
        """The table of agents inside pyngrok; its function to ask for one waits for a slow start to end."""
        from pyngrok import process

        return process._current_processes  # private, and the only way that does not wait

    def _process(self) -> Any:
        return self._processes().get(self._config.ngrok_path) if self._config else None

    def _remember(self) -> None:
        """Write the agent's process down as soon as it is there, and once it has become what it stays."""
        process = self._process()
        if process is not None:
            self._pid = process.proc.pid
            with suppress(OSError):
                orphans.remember(self._place.state, process.proc.pid, name=NAME)

    def _explained(self, error: Exception) -> TunnelError:
        if type(error).__module__.startswith("yaml."):
            mark = getattr(error, "problem_mark", None)
            line = f" in line {mark.line + 1}" if mark else ""
            return TunnelError(f"ngrok.yml is not YAML{line}", hint="mend it: ngrok config edit")
        said = [
            errors.details(getattr(error, "body", "")),
            getattr(error, "ngrok_error", None),
            self._complaint,
            str(error),
        ]
        coded = next((each for each in said if each and errors.code_in(each)), None)
        return errors.explained(coded or next(each for each in (*said, "no reason") if each), self._secrets)

    def _too_slow(self) -> TunnelError:
        if self._complaint:
            return errors.explained(self._complaint, self._secrets)
        return TunnelError(
            f"ngrok was not ready within {START_SECONDS:g} seconds, and did not say why",
            hint=f"check the connection; then try {errors.UPDATE}",
        )


def _connect(config: PyngrokConfig | None, local: str, options: dict[str, Any]) -> str:
    from pyngrok import installer, ngrok

    installer._config_cache.clear()  # ngrok.yml may have been mended since
    tunnel = ngrok.connect(local, "http", f"whcli-{os.getpid()}", config, **options)
    return str(tunnel.public_url).rstrip("/")


def _hush() -> None:
    """Let the thread that reads the log end without a traceback; that it did is noticed by its absence."""
    usual = threading.excepthook

    def hook(what: threading.ExceptHookArgs, /) -> None:
        if what.thread is None or "_monitor_process" not in what.thread.name:
            usual(what)

    if "_hush" not in getattr(usual, "__qualname__", ""):
        threading.excepthook = hook


def _event(log: NgrokLog, secrets: tuple[str, ...]) -> TunnelEvent | None:
    """What a line of the log tells of the tunnel; None for most."""
    message = log.msg or ""
    if log.lvl in ("ERROR", "CRITICAL") or (
        log.lvl == "WARNING" and "session" in message and log.err not in (None, "nil")
    ):
        error = errors.explained(log.err if log.err not in (None, "", "nil") else message, secrets)
        return TunnelEvent("down", error.message, error.hint, slug=error.slug)
    if message in ("client session established", "tunnel session started", "started tunnel"):
        return TunnelEvent("up", public_url=_public(getattr(log, "url", None)))
    return None


def _public(url: object) -> str | None:
    return url.rstrip("/") if isinstance(url, str) and url.startswith("http") else None


def _read(place: Place, name: str | None) -> str | None:
    if name is None:
        return None
    try:
        return (place.folder / Path(name).expanduser()).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the traffic policy {name} cannot be read", hint="check its path and permissions") from error


def _domain(text: str) -> str:
    host = text.removeprefix("https://").rstrip("/")
    if not host or "/" in host or ":" in host or host.split() != [host]:
        raise ValueError("not the name of a domain")
    return f"https://{host}"


def _yes(text: str) -> bool:
    if text.lower() not in ("yes", "no", "true", "false"):
        raise ValueError("neither yes nor no")
    return text.lower() in ("yes", "true")


NGROK = Kind(
    name=NAME,
    title="ngrok",
    docs="https://ngrok.com/docs",
    needs="the program ngrok and a free account: whcli tunnel install ngrok, whcli tunnel login ngrok",
    make=Ngrok,
    options=(
        Option("domain", "Your domain at ngrok, for a URL that stays.", "NAME", _domain),
        Option("traffic-policy", "A file with ngrok's rules for requests.", "FILE"),
        Option("pooling", "Share the URL with other agents.", "yes|no", _yes, default=False),
        Option("agent", "The program ngrok, where it is not found by itself.", "PATH", Path),
    ),
    explain=errors.of_answer,
    check_seconds=120.0,  # of the 20,000 requests a month that are free, a working month takes a quarter
)
