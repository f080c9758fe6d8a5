"""The connections of a listener, and the limits that keep slow and greedy senders from hurting the others.

aiohttp parses, buffers and keeps time; what it would make of a request on top of that (a task, a request and a writer
each, a response built step by step) is left out: it would cost more than storing the delivery does. This leans on
names within aiohttp, so pyproject.toml holds it to the releases that have them.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.helpers import set_exception
from aiohttp.http import HttpVersion10, HttpVersion11, RawRequestMessage
from aiohttp.streams import StreamReader
from aiohttp.web_protocol import RequestHandler

from whcli.net.answer import CLOSED, KEPT, KEPT_BY_1_0, wire
from whcli.reply import refusal

if TYPE_CHECKING:
    from whcli.net.listener import Listener

_SILENT = logging.getLogger("whcli.listener.aiohttp")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False

LINGER_SECONDS = 5.0
"""For which the rest of a refused body is read, so that its sender gets to read the refusal."""


class Connection(RequestHandler):
    """One sender's connection, with a limit on how long a request head may take."""

    def __init__(self, guard: Guard, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(
            guard,
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
        self._guard = guard
        self._head_timer: asyncio.TimerHandle | None = None
        self._payload: StreamReader | None = None
        self._ended = False
        """No further request is to be answered after those that have come."""
        self._said_all = False
        """Nothing more will come."""
        self.peer: str | None = None

    @property
    def idle(self) -> bool:
        """No request is being read or answered."""
        return not self._request_in_progress and not self._messages

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Make room, and expect a head."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.peer = peer[0] if peer else None
        self._guard.admit(self)
        self._expect_head()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection; a body that was being read will not be complete."""
        self._guard.forget(self)
        self._stop_timer()
        if self._payload is not None and not self._payload.is_eof():
            set_exception(self._payload, ConnectionResetError("the sender is gone"))
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
        """A sender that has said all may still wait for its answer, but what it has not said will not come."""
        self._ended = self._said_all = True
        if self._payload is not None and not self._payload.is_eof():
            set_exception(self._payload, ConnectionResetError("the body broke off"))
        return not self.idle

    def finish(self) -> None:
        """Close once all is answered that has come."""
        self._ended = True
        if self.idle:
            self.close()

    async def start(self) -> None:
        """Answer one request after the other, for as long as both sides want to go on."""
        while not self._force_close:
            if not self._messages:
                self._waiter = self._loop.create_future()
                try:
                    await self._waiter
                finally:
                    self._waiter = None
            message, payload = self._messages.popleft()
            self._make_way()
            self._request_in_progress = True
            self._payload = payload
            try:
                go_on = await self._serve(message, payload)
            except ConnectionError:
                go_on = False
            finally:
                self._request_in_progress = False
                self._payload = None
                if self._handler_waiter is not None:
                    self._handler_waiter.set_result(None)
            if not go_on or self._close or self._force_close:
                break
            self._guard.rested(self)
            self._next_keepalive_close_time = self._loop.time() + self._keepalive_timeout
            if self._keepalive_handle is None:
                self._keepalive_handle = self._loop.call_at(self._next_keepalive_close_time, self._process_keepalive)
        if not self._force_close:
            self._task_handler = None
            if self.transport is not None:
                self.transport.close()

    def say(self, data: bytes) -> None:
        """Write to the sender; ConnectionResetError when it is gone."""
        if self.transport is None or self.transport.is_closing():
            raise ConnectionResetError
        self.transport.write(data)

    async def _serve(self, message: object, payload: StreamReader) -> bool:
        """Answer one request; gives whether the connection can go on."""
        if not isinstance(message, RawRequestMessage):
            self._refuse(400, f"malformed request: {' '.join(str(getattr(message, 'message', '')).split())}")
            return False
        if message.version not in (HttpVersion10, HttpVersion11):
            self._refuse(400, "this version of HTTP is not spoken here; 1.1 and 1.0 are")
            return False
        if self._said_all and not payload.is_eof():
            set_exception(payload, ConnectionResetError("the body broke off"))
        try:
            response, go_on = await self._listener.answer(message, payload, self)
        except ConnectionError:
            raise
        except Exception as error:  # noqa: BLE001 - a bug of ours costs this request, not the listener
            self._refuse(500, f"an error of ours: {error!r}")
            return False
        go_on = go_on and not message.should_close and not message.upgrade and not (self._ended and not self._messages)
        kept = KEPT_BY_1_0 if message.version == HttpVersion10 else KEPT
        self.say(wire(response, connection=kept if go_on else CLOSED, head_only=message.method == "HEAD"))
        if self._paused:
            await self._drain_helper()
        if not payload.is_eof():
            await self._linger(payload)
        return go_on and payload.is_eof()

    def _refuse(self, status: int, reason: str) -> None:
        self._listener.refused(status, reason)
        self.say(wire(refusal(status, reason[:200]), connection=CLOSED))

    async def _linger(self, payload: StreamReader) -> None:
        try:
            async with asyncio.timeout(LINGER_SECONDS):
                while await payload.readany():
                    pass
        except (TimeoutError, ConnectionError, web.RequestPayloadError):
            return

    def _make_way(self) -> None:
        """Let the parser go on with what a sender has said in advance."""
        if self._parser is not None:
            self._parser.message_consumed()
        if self._buffer_paused and len(self._messages) <= self._msg_queue_resume_size:
            self._resume_reading_if_drained()

    def _expect_head(self) -> None:
        self._head_timer = self._loop.call_later(self._listener.limits.head_seconds, self._head_late)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _head_late(self) -> None:
        self._head_timer = None
        if self.idle and self.transport is not None:
            self.say(wire(refusal(408, "the request head came too slowly"), connection=CLOSED))
            self.force_close()


class Guard(web.Server):
    """Makes the connections and bounds their number."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(_never)
        self._listener = listener
        self._open: dict[Connection, None] = {}

    def __call__(self) -> Connection:
        """A connection for a new sender."""
        return Connection(self, self._listener, asyncio.get_running_loop())

    def admit(self, connection: Connection) -> None:
        """At the limit the connection that has been idle longest gives way; where none is, the new one does."""
        self._open[connection] = None
        if len(self._open) > self._listener.limits.connections:
            oldest = next((other for other in self._open if other.idle), connection)
            oldest.force_close()
            self.forget(oldest)

    def pre_shutdown(self) -> None:
        """Close what is idle; whoever is under way gets an answer that says it is the last."""
        for connection in list(self._open):
            connection.finish()

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - the parent's word
        """Wait for those under way, bodies that still arrive included, for so many seconds; then close all."""
        loop = asyncio.get_running_loop()
        end = loop.time() + (timeout or 0)
        while loop.time() < end and not all(connection.idle for connection in self._open):
            await asyncio.sleep(0.005)
            self.pre_shutdown()
        await super().shutdown(0.1)  # from here on aiohttp reads no more

    def rested(self, connection: Connection) -> None:
        """A connection is idle from now on."""
        self._open[connection] = self._open.pop(connection, None)

    def forget(self, connection: Connection) -> None:
        """Count a connection no more."""
        self._open.pop(connection, None)


async def _never(request: web.BaseRequest) -> web.StreamResponse:
    """What aiohttp would call with a request of its own; connections answer by themselves."""
    raise AssertionError(request)
