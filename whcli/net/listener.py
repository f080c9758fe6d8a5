"""HTTP in: bytes on a socket to a Request, a handler's Response to bytes.

aiohttp's parser without its application layer: no router, no middleware, no decompression, nothing decoded. Around
it stand the limits that keep slow and greedy senders from hurting the others.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Sequence
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Optional

from aiohttp import hdrs
from aiohttp.http import HttpVersion10, HttpVersion11, RawRequestMessage
from aiohttp.streams import StreamReader

from whcli.http import HELD, Body, Headers, Request, Response
from whcli.net.guard import BrokenBody, Connection, Guard, Message
from whcli.net.spool import SpooledBody
from whcli.outgoing import DEFAULT_PORTS
from whcli.reply import refusal

if TYPE_CHECKING:
    import ssl

BACKLOG = 1024
SMALL = 65536
"""Bytes of a body that are always held."""

AddressInfo = tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]

Handler = Callable[[Request, str | None, Callable[[Response], None]], None]
"""What answers a request, by calling what it is given once, sooner or later; the text is the peer's address,
None where a tunnel stands between."""


class Limits(NamedTuple):
    """What one sender may take. Times in seconds, sizes in bytes."""

    body: int = 25_000_000
    head_seconds: float = 10.0
    """For a whole request head."""
    body_seconds: float = 30.0
    """For a body, and another second for each `body_rate` bytes of it that have come."""
    body_rate: int = 65536
    idle_seconds: float = 75.0
    """For which a kept connection may be silent."""
    connections: int = 4096
    held: int = 64 * 1024 * 1024
    """Bytes of bodies in memory at once, all senders together. From half of it on, bodies wait on disk."""


class Refused(Exception):
    """A request that is answered without being handled."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class Listener:
    """Serves one address. `handle` is called with each request; `refused` hears of those it never saw.

    Its status is None where not even an answer could be given.
    """

    def __init__(
        self,
        handle: Handler,
        refused: Callable[[int | None, str], None],
        *,
        limits: Limits,
        spool: Path,
        public_url: str | None = None,
    ) -> None:
        self.limits = limits
        self.refused = refused
        self.url = ""
        """Where it listens, once started: `http://127.0.0.1:8400`."""
        self.exposed = False
        """Other machines can call it."""
        self.public_url = public_url.rstrip("/") if public_url else None
        """Where senders call, without a slash at its end; a tunnel may change it while all runs."""
        self._scheme = "http"
        self._handle = handle
        self._spool = spool
        self._held = 0
        self._guard = Guard(self._take, limits)
        self._servers: list[asyncio.Server] = []
        self._own_names: frozenset[bytes] = frozenset()

    async def start(self, host: str, port: int, *, tls: Optional["ssl.SSLContext"] = None) -> None:
        """Begin to listen; port 0 picks a free one. With `tls`, nothing else is spoken.

        Raises OSError when the address is taken, in whichever family.
        """
        loop = asyncio.get_running_loop()
        sockets = _bind(await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE))
        self._scheme = "https" if tls else "http"
        patience = self.limits.head_seconds if tls else None
        if tls:
            from whcli.net.handshake import telling

            tls.sslobject_class = telling(partial(self.refused, None))
        self._servers = [
            await loop.create_server(self._guard, sock=each, backlog=BACKLOG, ssl=tls, ssl_handshake_timeout=patience)
            for each in sockets
        ]
        addresses = [each.getsockname() for each in sockets]
        self.exposed = any(not ip_address(address.partition("%")[0]).is_loopback for address, *_ in addresses)
        port = addresses[0][1]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        self.url = f"{self._scheme}://{shown}:{port}"
        names = {shown, "localhost", "127.0.0.1", "[::1]"}
        self._own_names = frozenset(f"{name}:{port}".encode() for name in names) | (
            frozenset(name.encode() for name in names) if port == DEFAULT_PORTS[self._scheme] else frozenset()
        )

    async def start_inner(self) -> str:
        """Listen on one more port, which nobody but a tunnel is told of; gives its URL.

        What comes there came by the tunnel: it was called by the public URL, and by nobody whose address we know.
        """
        (made,) = _bind([(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", 0))])
        factory = partial(self._guard, inner=True)
        self._servers.append(await asyncio.get_running_loop().create_server(factory, sock=made, backlog=BACKLOG))
        return f"http://127.0.0.1:{made.getsockname()[1]}"

    async def stop(self, seconds: float) -> None:
        """Accept nothing more, answer what is in flight within `seconds`, then close."""
        for server in self._servers:
            server.close()
        await self._guard.end(seconds)

    def _take(self, message: Message, content: StreamReader, connection: Connection) -> None:
        """Have a request handled, at once where it has come whole."""
        try:
            head = self._admitted(message)
            if content.is_eof() and content.exception() is None:
                if len(body := content.read_nowait(-1)) > self.limits.body:
                    raise self._too_large()
                self._hand_on(head, body, connection)
                return
            if int(head.headers.get(hdrs.CONTENT_LENGTH, 0)) > self.limits.body:  # the parser saw to the digits
                raise self._too_large()
        except Refused as refused:
            self._refuse(connection, refused)
            return
        if hdrs.EXPECT in head.headers and head.version == HttpVersion11:
            connection.say(b"HTTP/1.1 100 Continue\r\n\r\n")
        connection.reading = asyncio.get_running_loop().create_task(self._wait_for(head, content, connection))

    def _admitted(self, message: Message) -> RawRequestMessage:
        """A head that we can serve; raises Refused."""
        if not isinstance(message, RawRequestMessage):
            raise Refused(400, f"malformed request: {' '.join(message.message.split())}")
        if message.version not in (HttpVersion11, HttpVersion10):
            raise Refused(400, "this version of HTTP is not spoken here; 1.1 and 1.0 are")
        if message.method == "CONNECT":
            raise Refused(405, "CONNECT asks for a proxy, which this is not")
        expected = message.headers.get(hdrs.EXPECT)  # (RFC 9110, 10.1.1)
        if expected is not None and expected.lower() != "100-continue":
            raise Refused(417, f"expectation {expected[:40]!r} is not known")
        return message

    async def _wait_for(self, message: RawRequestMessage, content: StreamReader, connection: Connection) -> None:
        """Have a request handled once its body has come."""
        try:
            self._hand_on(message, await self._receive(content), connection)
        except Refused as refused:
            self._refuse(connection, refused)

    def _hand_on(self, message: RawRequestMessage, body: Body, connection: Connection) -> None:
        """Give a request to the handler, and count a body held in memory until it is answered."""
        headers = Headers(message.raw_headers)
        request = Request(message.method, self._url(message.path, headers, inner=connection.inner), headers, body)
        size = len(body) if isinstance(body, bytes) else 0
        if self._held + size > self.limits.held:
            raise Refused(503, "too much is being received at once")
        self._held += size
        try:
            self._handle(request, connection.peer, partial(self._answer, connection, size))
        except Exception as error:  # a bug of ours costs this request, not the listener
            self._held -= size
            raise Refused(500, f"an error of ours: {error!r}") from error

    def _answer(self, connection: Connection, size: int, response: Response) -> None:
        self._held -= size
        connection.answer(response)

    def _refuse(self, connection: Connection, refused: Refused) -> None:
        self.refused(refused.status, refused.reason)
        connection.answer(refusal(refused.status, refused.reason[:200]), last=True)

    async def _receive(self, content: StreamReader) -> Body:
        """A body that is still on its way: in memory up to HELD bytes, then in a spool file."""
        held = bytearray()
        spool: SpooledBody | None = None
        size = 0
        loop, limits = asyncio.get_running_loop(), self.limits
        began = loop.time()
        try:
            async with asyncio.timeout_at(began + limits.body_seconds) as clock:
                while piece := await content.readany():
                    size += len(piece)
                    if size > limits.body:
                        raise self._too_large()
                    clock.reschedule(began + limits.body_seconds + size / limits.body_rate)
                    if spool is not None:
                        spool.write(piece)
                        continue
                    held += piece
                    self._held += len(piece)
                    if size > HELD or (size > SMALL and self._held > limits.held // 2):
                        spool = SpooledBody(self._spool)
                        spool.write(held)
                        self._held -= len(held)
                        held = bytearray()
        except TimeoutError as error:
            raise Refused(408, f"the body came too slowly: {size} bytes in {loop.time() - began:.0f} s") from error
        except (BrokenBody, ConnectionError) as error:
            raise Refused(400, "the body broke off or was malformed") from error
        except OSError as error:
            raise Refused(503, f"the body cannot be kept: {error.strerror}") from error
        finally:
            self._held -= len(held)
        if spool is None:
            return bytes(held)
        return spool if size > HELD else b"".join(spool.pieces())

    def _too_large(self) -> Refused:
        return Refused(413, f"the body is larger than {self.limits.body} bytes (--max-body)")

    def _url(self, target: str, headers: Headers, *, inner: bool) -> str:
        """The URL as the sender called it (RFC 9112, 3.3), from what we know of ourselves.

        The Host header is believed only where it is one of our own names, X-Forwarded-Host never: a sender could
        make either up, and a signature may cover the URL.
        """
        if not target.startswith("/"):
            if target != "*":
                return target
            target = ""
        host = headers.first(b"host")
        own = host in self._own_names and not inner
        if self.public_url and not (own and headers.first(b"x-forwarded-for") is None):
            return self.public_url + target
        return f"{self._scheme}://{host.decode()}{target}" if own and host else self.url + target


def _bind(addresses: Sequence[AddressInfo]) -> list[socket.socket]:
    """Sockets that listen on all the addresses, with one port, or on none: a name may stand for one of each family.

    Made here, for a loop may find out too late that another process was faster.
    """
    sockets: list[socket.socket] = []
    try:
        for family, kind, protocol, _, address in dict.fromkeys(addresses):
            made = socket.socket(family, kind, protocol)
            sockets.append(made)
            if os.name == "posix":
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            made.bind((address[0], sockets[0].getsockname()[1] or address[1], *address[2:]))
            made.listen(BACKLOG)
            made.setblocking(False)
    except OSError:
        for made in sockets:
            made.close()
        raise
    return sockets
