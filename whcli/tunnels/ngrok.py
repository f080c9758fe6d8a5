"""ngrok, through pyngrok: options to the words of the agent's API, its log to events, its errors to remedies."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whcli.errors import TunnelError, UsageError
from whcli.tunnels import START_SECONDS, Kind, Option, Place, TunnelEvent, TunnelInfo, ngrok_log
from whcli.tunnels import ngrok_agent as agent
from whcli.tunnels import ngrok_errors as errors
from whcli.tunnels.ngrok_process import Agent
from whcli.tunnels.opening import opened

if TYPE_CHECKING:
    from pyngrok.log import NgrokLog

LOOK_SECONDS = 0.5
"""Between two looks whether the agent still runs."""
EVENTS = 100
"""That may wait; an agent that says more says the same."""


class Ngrok:
    """A tunnel by ngrok's agent."""

    def __init__(self, options: Mapping[str, Any], place: Place) -> None:
        self._options = options
        self._place = place
        self._path = agent.located(place, options["agent"])
        self._policy = _read(place, options["traffic-policy"])
        self._token = agent.token(place)
        self._secrets = (self._token,) if self._token else ()
        self._agent: Agent | None = None
        self._url = ""
        self._complaint = ""
        """The first error in the log since it was opened."""
        self._events: asyncio.Queue[TunnelEvent] = asyncio.Queue(EVENTS)

    async def open(self, local: str) -> TunnelInfo:
        """Start the agent and lead a public URL to `local`. Raises TunnelError."""
        self._complaint = ""
        self._events = asyncio.Queue(EVENTS)
        return await opened(self, self._open(local), too_slow=self._too_slow)

    async def _open(self, local: str) -> TunnelInfo:
        version = await agent.version(self._path, self._place)
        api = "3" if version >= agent.ENDPOINTS_SINCE else "2"
        body = self._body(api)
        loop = asyncio.get_running_loop()
        self._agent = Agent(
            self._path, self._place, api=api, token=self._token, heard=lambda log: self._hear(log, loop)
        )
        try:
            self._url = await self._agent.connect(local, body)
        except Exception as error:  # pyngrok's own, YAML's, the system's: all of them are reasons
            raise self._explained(error) from error
        return TunnelInfo(self._url, self._agent.pid, caller=b"x-forwarded-for")

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

    def _hear(self, log: NgrokLog, loop: asyncio.AbstractEventLoop) -> None:
        """Take in a line of the log, in pyngrok's thread: the loop hears of the few that matter."""
        self._complaint = self._complaint or ngrok_log.complaint(log)
        if (event := ngrok_log.event(log, self._secrets)) is not None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._put, event)

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
            if reason := self._agent.ended() if self._agent else "it was not opened":
                yield TunnelEvent("down", reason, "whcli starts it again")
                return

    async def close(self) -> None:
        """End the agent."""
        if self._agent is not None:
            await self._agent.end()
            self._agent = None

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
    name="ngrok",
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
