"""HTTP in: bytes on a socket to a Request, a handler's Response to bytes.

aiohttp's server without its application layer: no router, no middleware, no decompression, nothing decoded. Around
it stand the limits that keep slow and greedy senders from hurting the others.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

from aiohttp import hdrs, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import HttpVersion10, HttpVersion11
from aiohttp.web_protocol import RequestHandler

from whcli.http import HELD, Body, Headers, Request, Response

Handler = Callable[[Request, str | None], Awaitable[Response]]
"""What answers a request; the text is the peer's address."""


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
    held: int = 128 * 1024 * 1024
    """Bytes of bodies in memory at once, all senders together."""


class Refused(Exception):
    """A request that is answered without being handled."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


class SpooledBody:
    """A long body on its way, in a file without a name."""

    __slots__ = ("_file", "_size")

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - lives as long as the body
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def write(self, piece: bytes | bytearray) -> None:
        """Add to the end; OSError when the disk is full."""
        self._file.write(piece)
        self._size += len(piece)

    def pieces(self) -> Iterator[bytes]:
        """The bytes in order, a MiB at a time."""
        self._file.flush()
        position = 0
        while piece := os.pread(self._file.fileno(), HELD, position):
            position += len(piece)
            yield piece


class Listener:
    """Serves one address. `handle` is awaited for each request; `refused` hears of those it never saw."""

    def __init__(
        self,
        handle: Handler,
        refused: Callable[[int, str], None],
        *,
        limits: Limits,
        spool: Path,
        public_url: str | None = None,
    ) -> None:
        self.limits = limits
        self.refused = refused
        self.url = ""
        """Where it listens, once started: `http://127.0.0.1:8400`."""
        self._public_url = public_url.rstrip("/") if public_url else None
        self._handle = handle
        self._spool = spool
        self._held = 0
        self._web = _Server(self)
        self._server: asyncio.Server | None = None
        self._own_names: frozenset[bytes] = frozenset()

    async def start(self, host: str, port: int) -> None:
        """Begin to listen; port 0 picks a free one. Raises OSError when the address is taken."""
        self._server = await asyncio.get_running_loop().create_server(self._web, host, port, backlog=1024)
        port = self._server.sockets[0].getsockname()[1]
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104
        self.url = f"http://{shown}:{port}"
        names = {shown, "localhost", "127.0.0.1", "[::1]"}
        self._own_names = frozenset(f"{name}:{port}".encode() for name in names) | (
            frozenset(name.encode() for name in names) if port == HTTP_PORT else frozenset()
        )

    async def stop(self, seconds: float) -> None:
        """Accept nothing more, answer what is in flight within `seconds`, then close."""
        if self._server is None:
            return
        self._server.close()
        self._web.pre_shutdown()
        await self._web.shutdown(seconds)

    async def answer(self, raw: web.BaseRequest) -> web.StreamResponse:
        """Read one request, have it handled, give the answer."""
        try:
            request = await self._read(raw)
            with self._holding(request.body):
                return Answer(await self._handle(request, raw.remote), raw)
        except Refused as refused:
            self.refused(refused.status, refused.reason)
            return Answer(error_response(refused.status, refused.reason), raw, close=True)

    @contextmanager
    def _holding(self, body: Body) -> Iterator[None]:
        """Count a body held in memory for as long as it is; refuses beyond the limit."""
        size = len(body) if isinstance(body, bytes) else 0
        if self._held + size > self.limits.held:
            raise Refused(503, "too much is being received at once")
        self._held += size
        try:
            yield
        finally:
            self._held -= size

    async def _read(self, raw: web.BaseRequest) -> Request:
        message = raw._message
        headers = Headers(message.raw_headers)
        if message.method == "CONNECT":
            raise Refused(405, "CONNECT asks for a proxy, which this is not")
        length = raw.content_length
        if length is not None and length > self.limits.body:
            raise self._too_large()
        if hdrs.EXPECT in message.headers:
            _expect(raw, message.headers[hdrs.EXPECT])
        content = raw.content
        body: Body = (
            content.read_nowait(-1) if content.is_eof() and not content.exception() else await self._receive(raw)
        )
        if len(body) > self.limits.body:
            raise self._too_large()
        return Request(message.method, self._url(message.path, headers), headers, body)

    async def _receive(self, raw: web.BaseRequest) -> Body:
        """A body that is still on its way: in memory up to HELD bytes, then in a spool file."""
        held = bytearray()
        spool: SpooledBody | None = None
        size = 0
        loop, limits = asyncio.get_running_loop(), self.limits
        began = loop.time()
        try:
            async with asyncio.timeout_at(began + limits.body_seconds) as clock:
                while piece := await raw.content.readany():
                    size += len(piece)
                    if size > limits.body:
                        raise self._too_large()
                    clock.reschedule(began + limits.body_seconds + size / limits.body_rate)
                    if spool is None and size > HELD:
                        spool = SpooledBody(self._spool)
                        spool.write(held)
                        held = bytearray()
                    if spool is None:
                        held += piece
                    else:
                        spool.write(piece)
        except TimeoutError as error:
            raise Refused(408, f"the body came too slowly: {size} bytes in {loop.time() - began:.0f} s") from error
        except (web.RequestPayloadError, ConnectionError) as error:
            raise Refused(400, "the body broke off or was malformed") from error
        except OSError as error:
            raise Refused(503, f"the body cannot be kept: {error.strerror}") from error
        return bytes(held) if spool is None else spool

    def _too_large(self) -> Refused:
        return Refused(413, f"the body is larger than {self.limits.body} bytes (--max-body)")

    def _url(self, target: str, headers: Headers) -> str:
        """The URL as the sender called it (RFC 9112, 3.3), from what we know of ourselves.

        The Host header is believed only where it is one of our own names, X-Forwarded-Host never: a sender could
        make either up, and a signature may cover the URL.
        """
        if not target.startswith("/"):
            if target != "*":
                return target
            target = ""
        host = headers.first(b"host")
        own = host in self._own_names
        if self._public_url and not (own and headers.first(b"x-forwarded-for") is None):
            return self._public_url + target
        return f"http://{host.decode()}{target}" if own and host else self.url + target


class Answer(web.StreamResponse):
    """A whole response, written at once."""

    def __init__(self, response: Response, raw: web.BaseRequest, *, close: bool = False) -> None:
        # The parent's own state is for responses built step by step, and costs as much as the rest of the answer.
        self._response = response
        self._keep_alive = raw.keep_alive and not close
        self._raw = raw

    async def prepare(self, request: web.BaseRequest) -> None:
        """Nothing is left to prepare."""

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - the parent's word
        """Write head and body in one piece; ConnectionError when the sender is gone."""
        raw, (status, headers, body, _) = self._raw, self._response
        transport = raw.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        head = [_status_line(status)]
        head += [b"%b: %b\r\n" % pair for pair in headers]
        if self._keep_alive:
            head.append(b"Connection: keep-alive\r\n" if raw.version == HttpVersion10 else b"")
        else:
            head.append(b"Connection: close\r\n")
        bodyless = status in (204, 304)
        length = b"" if bodyless else b"Content-Length: %d\r\n" % len(body)
        head.append(b"Date: %b\r\n%b\r\n" % (rfc822_formatted_time().encode(), length))
        if body and not bodyless and raw.method != "HEAD":
            head.append(body)
        transport.write(b"".join(head))


class Connection(RequestHandler):
    """One sender's connection, with a limit on how long a request head may take."""

    def __init__(self, server: _Server, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            server,
            loop=loop,
            keepalive_timeout=listener.limits.idle_seconds,
            access_log=_SILENT,
            logger=_SILENT,
            max_line_size=65536,
            max_field_size=65536,
            max_headers=256,
            auto_decompress=False,
        )
        self._listener = listener
        self._server = server
        self._head_timer: asyncio.TimerHandle | None = None
        self._ended = False

    @property
    def idle(self) -> bool:
        """No request is being read or answered."""
        return not self._request_in_progress and not self._messages

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Make room, and expect a head."""
        super().connection_made(transport)
        self._server.admit(self)
        self._expect_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection."""
        self._server.forget(self)
        self._stop_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and see whether a head is complete."""
        count = self._request_count
        super().data_received(data)
        if self._request_count != count:
            if self._head_timer is not None:
                self._stop_timer()
        elif self._head_timer is None and self.idle:
            self._expect_head()

    def eof_received(self) -> bool:  # type: ignore[override]  # the parent returns None, which asyncio reads as False
        """A sender that has said all may still wait for its answer."""
        self._ended = True
        return not self.idle

    @property
    def ended(self) -> bool:
        """The sender has closed its side and nothing of it is left to answer."""
        return self._ended and not self._messages

    def handle_error(
        self, request: web.BaseRequest, status: int = 500, exc: BaseException | None = None, message: str | None = None
    ) -> web.StreamResponse:
        """Answer what is not HTTP, or what failed in us, in one line and close."""
        reason = " ".join((message or f"an error of ours: {exc!r}").split())
        self._listener.refused(status, reason)
        return Answer(error_response(status, reason[:200]), request, close=True)

    def _expect_head(self) -> None:
        self._head_timer = self._loop.call_later(self._listener.limits.head_seconds, self._head_late)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if self.idle and self.transport is not None:
            self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            self.force_close()


class _Server(web.Server):
    """Makes the connections and bounds their number."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener.answer)
        self._listener = listener
        self._open: dict[Connection, None] = {}

    def __call__(self) -> Connection:
        return Connection(self, self._listener, asyncio.get_running_loop())

    def admit(self, connection: Connection) -> None:
        """At the limit the connection that has been idle longest gives way; where none is, the new one does."""
        self._open[connection] = None
        if len(self._open) > self._listener.limits.connections:
            oldest = next((other for other in self._open if other.idle), connection)
            oldest.force_close()
            self.forget(oldest)

    def forget(self, connection: Connection) -> None:
        """Count a connection no more."""
        self._open.pop(connection, None)


def error_response(status: int, reason: str) -> Response:
    """A refusal that says why, as JSON."""
    headers = JSON if status != HTTPStatus.SERVICE_UNAVAILABLE else Headers((*JSON, (b"Retry-After", b"5")))
    return Response(status, headers, json.dumps({"error": reason}).encode())


def _expect(raw: web.BaseRequest, value: str) -> None:
    if value.lower() != "100-continue":
        raise Refused(417, f"expectation {value[:40]!r} is not known")
    if raw.version >= HttpVersion11 and raw.transport is not None and not raw.content.is_eof():
        raw.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")


@lru_cache(maxsize=64)
def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()


JSON = Headers([(b"Content-Type", b"application/json")])
HTTP_PORT = 80
_SILENT = logging.getLogger("whcli.listener.aiohttp")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False
