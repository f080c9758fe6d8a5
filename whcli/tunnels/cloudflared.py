"""Quick tunnels of Cloudflare, by the program cloudflared where it is installed: without an account, and for trying.

What it knows of itself it tells over HTTP, at the port for its metrics; its log is read only for what went wrong.
(github.com/cloudflare/cloudflared: metrics/metrics.go, metrics/readiness.go, cmd/cloudflared/tunnel/quick_tunnel.go)
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from collections import deque
from collections.abc import AsyncIterator, Mapping
from shutil import which
from typing import Any

from whcli.errors import TunnelError
from whcli.http import Response
from whcli.tunnels import START_SECONDS, Kind, Option, Place, TunnelEvent, TunnelInfo
from whcli.tunnels.child import Child
from whcli.tunnels.opening import opened

NAME = "cloudflared"
STEP = 0.1
LOOK_SECONDS = 1.0
"""Between two looks whether it is connected."""
ANSWER_SECONDS = 2.0
ANSWER_BYTES = 65536
MISSED = 2
"""Looks in a row that find it unconnected, before it counts: one connection is replaced by another now and then."""
LONG = 200
OK = 200
NOTE = "it carries 200 requests at once, and makes no promise"
KEPT = 50

HOST = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)
METRICS = re.compile(r"Starting metrics server on 127\.0\.0\.1:(\d{1,5})/metrics")
BANNER = re.compile(r"\|\s+https://([a-z0-9-]+\.trycloudflare\.com)\s+\|")
"""Where the URL stands in the log: a version before /quicktunnel (2022) tells it nowhere else."""

# What its log says when it gives up, the first that is found among all lines: cause, remedy.
WORDS = tuple(
    (re.compile(pattern), cause, remedy)
    for pattern, cause, remedy in (
        (
            r"429|[Tt]oo [Mm]any [Rr]equests|error code: 1015",
            "Cloudflare gives no more quick tunnels for the moment",
            "wait some minutes, or take another: whcli tunnels lists them",
        ),
        (
            r"failed to request quick Tunnel|failed to read quick-tunnel",
            "cloudflared cannot reach Cloudflare",
            "check the network, and that a proxy or firewall lets api.trycloudflare.com through",
        ),
        (
            r"failed to (?:unmarshal|parse) quick Tunnel",
            "Cloudflare gave no quick tunnel",
            "try again in some minutes, or take another: whcli tunnels lists them",
        ),
        (
            r"flag provided but not defined|Incorrect Usage|unknown (?:flag|command)",
            "this cloudflared does not know what it was asked for",
            "it is of another age: cloudflared update",
        ),
        (
            r"[Ff]ailed to (?:dial|create)|failed to dial|Unable to establish connection|edge discovery|no such host",
            "cloudflared gets no connection to Cloudflare",
            "a firewall may stop UDP port 7844: --tunnel-option protocol=http2, which takes TCP",
        ),
    )
)  # fmt: skip

# What Cloudflare answers in our place.
EDGE = {
    404: ("Cloudflare does not know the name yet, or no more", "it may take a minute; else another run has another"),
    429: ("more than 200 requests are under way through this tunnel", "send fewer at once, or take another tunnel"),
    502: ("cloudflared does not reach the listener", "see what stops connections on this machine: whcli doctor"),
    530: ("Cloudflare has the name, but no tunnel to it", "cloudflared is starting, or has lost the network"),
}


class Cloudflared:
    """A quick tunnel."""

    def __init__(self, options: Mapping[str, Any], place: Place) -> None:
        self._options = options
        self._place = place
        self._child: Child | None = None
        self._port: int | None = None
        """Of its metrics."""
        self._banner: str | None = None
        self._said: deque[str] = deque(maxlen=KEPT)

    async def open(self, local: str) -> TunnelInfo:
        """Start cloudflared and have it lead a name to `local`. Raises TunnelError."""
        self._port = self._banner = None
        self._said.clear()
        return await opened(self, self._open(local), too_slow=self._too_slow)

    async def _open(self, local: str) -> TunnelInfo:
        program = which(NAME, path=self._place.environment.get("PATH"))
        if program is None:
            raise TunnelError(
                "cloudflared is not installed",
                hint="https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/downloads/",
            )
        words = [program, "tunnel", "--config", os.devnull, "--no-autoupdate", "--metrics", "127.0.0.1:0"]
        words += ["--protocol", self._options["protocol"]] if self._options["protocol"] else []
        # Settings of a tunnel with a name would make this another one; so would a file of them.
        own = {key: value for key, value in self._place.environment.items() if not key.startswith("TUNNEL_")}
        self._child = child = await Child.start([*words, "--url", local], name=NAME, place=self._place, environment=own)
        listening = asyncio.create_task(self._listen(child))
        try:
            while not listening.done():
                await asyncio.wait([listening], timeout=STEP)
                if self._port and await self._connected() and (host := await self._host()):
                    return TunnelInfo(f"https://{host}", child.pid, b"cf-connecting-ip", NOTE)
        finally:
            listening.cancel()
        await child.ended()
        raise self._explained()

    async def _listen(self, child: Child) -> None:
        """Read the log, to its end."""
        async for line in child.lines():
            self._said.append(line)
            if self._port is None and (found := METRICS.search(line)):
                self._port = int(found[1])
            if found := BANNER.search(line):
                self._banner = found[1]

    async def watch(self) -> AsyncIterator[TunnelEvent]:
        """Whether it is connected, and its end."""
        assert self._child is not None
        listening = asyncio.create_task(self._listen(self._child))
        missed = 0
        try:
            while not listening.done():
                await asyncio.wait([listening], timeout=LOOK_SECONDS)
                before, missed = missed, 0 if await self._connected() else missed + 1
                if missed == MISSED:
                    yield TunnelEvent("down", "cloudflared has no connection to Cloudflare", "check the network")
                elif before >= MISSED and not missed:
                    yield TunnelEvent("up")
        finally:
            listening.cancel()
        await self._child.ended()
        error = self._explained()
        yield TunnelEvent("down", error.message, error.hint)

    async def close(self) -> None:
        """End cloudflared."""
        child, self._child = self._child, None
        if child is not None:
            await child.end()

    async def _connected(self) -> bool:
        return (await self._asked("/ready"))[0] == OK

    async def _host(self) -> str | None:
        """The name that it was given, as it says itself."""
        status, body = await self._asked("/quicktunnel")
        try:
            host = json.loads(body)["hostname"] if status == OK else self._banner
        except (ValueError, LookupError, TypeError, RecursionError):
            return None
        return host.lower() if isinstance(host, str) and HOST.fullmatch(host) else None

    async def _asked(self, path: str) -> tuple[int, bytes]:
        """Status and body of what it says at a path; status 0 where it says nothing."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
                try:
                    writer.write(f"GET {path} HTTP/1.0\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode())
                    said = b""
                    while (data := await reader.read(ANSWER_BYTES)) and len(said) < ANSWER_BYTES:
                        said += data
                finally:
                    writer.close()
            head, _, body = said.partition(b"\r\n\r\n")
            return int(head.split(b" ", 2)[1]), body
        except (OSError, TimeoutError, ValueError, IndexError, OverflowError):  # no port is larger than 65535
            return 0, b""

    def _explained(self) -> TunnelError:
        text = "\n".join(self._said)
        for pattern, cause, remedy in WORDS:
            if pattern.search(text):
                return TunnelError(cause, hint=remedy)
        last = next((line.strip()[:LONG] for line in reversed(self._said) if line.strip()), "it said nothing")
        return TunnelError(f"cloudflared ended: {last}", hint="cloudflared tunnel --url 127.0.0.1:8400 tells more")

    def _too_slow(self) -> TunnelError:
        error = self._explained()
        if error.message.startswith("cloudflared ended"):
            return TunnelError(
                f"cloudflared got no tunnel within {START_SECONDS:.0f} s", hint="try again; it may be slow for once"
            )
        return error


def of_answer(response: Response) -> TunnelError | None:
    """What an answer of Cloudflare's own servers says of the tunnel; None for another's answer."""
    if response.headers.first(b"cf-ray") is None:
        return None
    cause, remedy = EDGE.get(response.status, (None, None))
    return TunnelError(cause, hint=remedy, slug=str(response.status)) if cause else None


def _protocol(text: str) -> str:
    if text not in ("auto", "quic", "http2"):
        raise ValueError("not auto, quic or http2")
    return text


CLOUDFLARED = Kind(
    name=NAME,
    title="Cloudflare's quick tunnels, free and without an account",
    docs="https://developers.cloudflare.com/cloudflare-one/connections/connect-networks/do-more-with-tunnels/trycloudflare/",
    needs="the program cloudflared",
    make=Cloudflared,
    explain=of_answer,
    options=(Option("protocol", "How it calls Cloudflare: http2 where UDP is stopped.", "auto|quic|http2", _protocol),),
)
