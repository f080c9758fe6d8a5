"""Tunnels by the system's OpenSSH (`ssh -R`): to a server of the user's own, or to a service that gives a name.

Keys, known hosts, jump hosts and all else are the user's ssh's own business; nothing is asked for, and nothing typed.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from shutil import which
from typing import Any, NamedTuple

from whcli.errors import TunnelError, UsageError
from whcli.outgoing import Origin, origin_of
from whcli.tunnels import START_SECONDS, Kind, Option, Place, TunnelEvent, TunnelInfo
from whcli.tunnels.child import Child
from whcli.tunnels.opening import opened
from whcli.tunnels.ssh_errors import DEBUG, explained

PORT = 22
KEPT = 50
"""Lines that are remembered, to tell what was wrong."""

# ssh_config(5). A connection of its own, that ends where it leads nowhere and is looked after; nothing but a tunnel.
SETTINGS = {
    "BatchMode": "yes",
    "StrictHostKeyChecking": "accept-new",
    "ExitOnForwardFailure": "yes",
    "ConnectTimeout": "6",
    "ServerAliveInterval": "15",
    "ServerAliveCountMax": "3",
    "ControlMaster": "no",
    "ControlPath": "none",
    "PermitLocalCommand": "no",
    "ForwardAgent": "no",
    "ForwardX11": "no",
    "LogLevel": "INFO",
}

GATEWAY = "others reach it where the server's sshd has GatewayPorts yes or clientspecified, and its firewall agrees"


class Server(NamedTuple):
    """Where to log in."""

    host: str
    user: str | None = None
    port: int | None = None
    """None for what the user's ssh has for this host."""

    def __str__(self) -> str:
        return f"{self.user}@{self.host}" if self.user else self.host


class Route(NamedTuple):
    """What is asked of a server, and how it says that it is done."""

    server: Server
    listen: str
    """What `-R` begins with: where the server is to listen."""
    done: re.Pattern[str]
    """Finds the line that says so; its group `port` or `url` is where."""
    words: tuple[str, ...] = ()
    """Further ones for ssh."""
    public_url: str | None = None
    """Where, if that is known before."""
    caller: bytes | None = None
    note: str | None = None


class Ssh:
    """A tunnel by ssh."""

    def __init__(self, name: str, route: Route, place: Place) -> None:
        self._name = name
        self._route = route
        self._place = place
        self._child: Child | None = None
        self._said: deque[str] = deque(maxlen=KEPT)
        self._host = route.server.host
        self._public_url = ""

    async def open(self, local: str) -> TunnelInfo:
        """Log in, and have what calls there led to `local`. Raises TunnelError."""
        self._said.clear()
        return await opened(self, self._open(origin_of(local)), too_slow=self._too_slow)

    async def _open(self, local: Origin) -> TunnelInfo:
        program = which("ssh", path=self._place.environment.get("PATH"))
        if program is None:
            raise TunnelError("there is no ssh here", hint="install OpenSSH: apt install openssh-client")
        if "port" in self._route.done.groupindex and self._route.public_url is None:
            self._host = await self._hostname(program)
        host = f"[{local.host}]" if ":" in local.host else local.host
        forward = f"{self._route.listen}:{host}:{local.port}"
        words = (program, "-T", "-R", forward, *self._route.words, *_words(self._route.server))
        self._child = child = await Child.start(words, name=self._name, place=self._place)
        async for line in child.lines():
            self._said.append(line)
            if url := self._url(line):
                self._public_url = url
                return TunnelInfo(url, child.pid, self._route.caller, self._route.note)
        await child.ended()
        raise self._explained()

    async def watch(self) -> AsyncIterator[TunnelEvent]:
        """A service that gives another name says so; the end of ssh is the end."""
        assert self._child is not None
        async for line in self._child.lines():
            self._said.append(line)
            url = self._url(line)
            if url and url != self._public_url:
                self._public_url = url
                yield TunnelEvent("up", public_url=url)
        await self._child.ended()
        error = self._explained()
        yield TunnelEvent("down", error.message, error.hint)

    async def close(self) -> None:
        """End ssh; the server hears of it."""
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    def _url(self, line: str) -> str | None:
        """The public URL, if this is the line that says that the tunnel is there."""
        found = self._route.done.search(line)
        if found is None:
            return None
        parts = found.groupdict()
        if self._route.public_url is not None:
            return self._route.public_url
        if port := parts.get("port"):
            return f"http://{f'[{self._host}]' if ':' in self._host else self._host}:{port}"
        return parts["url"].lower()

    async def _hostname(self, program: str) -> str:
        """The name by which others know the server: the user's may be one of ~/.ssh/config alone."""
        words = (program, "-G", *self._route.words, *_words(self._route.server))
        asked = await Child.start(words, name=self._name, place=self._place)
        try:
            said = [line async for line in asked.lines()]
        finally:
            await asked.end()
        names = (line.removeprefix("hostname ") for line in said if line.startswith("hostname "))
        return next(names, self._route.server.host)

    def _explained(self) -> TunnelError:
        server = self._route.server
        port = f" -p {server.port}" if server.port else ""
        return explained(tuple(self._said), host=server.host, to=f"{server}{port}")

    def _too_slow(self) -> TunnelError:
        """Nothing was said that tells of a tunnel."""
        host = self._route.server.host
        if any(self._said) and "url" in self._route.done.groupindex:
            return TunnelError(f"{host} let us in, but names no URL of its own", hint=f"see what it says: ssh {host}")
        return TunnelError(
            f"{host} did not open a tunnel within {START_SECONDS:.0f} s", hint=f"see what keeps it: ssh -v {host}"
        )


def _words(server: Server) -> list[str]:
    """The end of a command line for ssh: its settings, and whom to call."""
    settings = [word for name, value in SETTINGS.items() for word in ("-o", f"{name}={value}")]
    return [*settings, *(("-p", str(server.port)) if server.port else ()), "--", str(server)]


# Servers of the user's own

_SERVER = re.compile(r"ssh://(?:([\w.+][\w.+-]*)@)?([\w][\w.-]*|\[[0-9a-fA-F:.]+\])(?::(\d{1,5}))?/?", re.ASCII)
_ALLOCATED = re.compile(r"^Allocated port (?P<port>\d+) for remote forward")


def _server(text: str) -> Server:
    found = _SERVER.fullmatch(text)
    if found is None:
        secret = " without a password" if ":" in text.removeprefix("ssh://").rpartition("@")[0] else ""
        raise ValueError(f"not ssh://user@host:port{secret}")
    user, host, port = found.groups()
    return Server(host.strip("[]"), user, _port(port) if port else None)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 1 << 16):  # noqa: PLR2004 - digits
        raise ValueError("not a port")
    return int(text)


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[!-~]+", text) or any(mark in text for mark in "?#@"):
        raise ValueError("not a URL that others can call")
    return text.rstrip("/")


def _own(options: Mapping[str, Any], place: Place) -> Ssh:
    """Where the user has a URL, something on the server leads it to a port there; else the server itself is called."""
    server, url, remote = options["to"], options["url"], options["remote"]
    if server is None:
        raise UsageError("which server?", hint="for example --tunnel ssh://me@example.com")
    if url and not remote:
        raise UsageError(
            f"to which port of {server.host} does {url} lead?", hint="for example --tunnel-option remote=8400"
        )
    words = ["-N"]
    for option, word in (("key", "-i"), ("config", "-F")):
        if options[option]:
            words += [word, str(place.folder / options[option])]
    listen = f"127.0.0.1:{remote}" if url else f"*:{remote or 0}"
    done = _ALLOCATED
    if remote:  # that it has the port that was asked for, ssh tells only to who debugs
        words += ["-o", "LogLevel=DEBUG1"]
        done = re.compile(rf"^{DEBUG}remote forward success for: listen .*?(?P<port>{remote})\b")
    return Ssh("ssh", Route(server, listen, done, tuple(words), url, note=None if url else GATEWAY), place)


SSH = Kind(
    name="ssh",
    title="a server of yours",
    docs="https://man.openbsd.org/ssh#R",
    needs="ssh, and a login on a server that lets you forward ports",
    make=_own,
    example="ssh://me@example.com",
    options=(
        Option("to", "The server to log in to; --tunnel ssh://… says the same.", "ssh://USER@HOST:PORT", _server),
        Option("url", "The public URL, where the server leads one to `remote`: by nginx, Caddy.", "URL", _url),
        Option("remote", "The port on the server; by default any that is free there.", "PORT", _port),
        Option("key", "The file of a private key, beside those of your ssh.", "FILE"),
        Option("config", "Another ssh_config in the place of your own.", "FILE"),
    ),
)
