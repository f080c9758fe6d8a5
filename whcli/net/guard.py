"""The connections of a listener: requests in, answers out, and the limits that keep greedy senders from the others.

aiohttp's parser and streams without its server, whose task, request and writer for each request would cost more
than storing the delivery does. A request that has come whole is handed on in the same call that read it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http import HttpProcessingError, HttpRequestParser, HttpVersion10, RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader

from whcli.errors import UsageError
from whcli.http import Response
from whcli.net.answer import CLOSED, KEPT, KEPT_BY_1_0, wire
from whcli.reply import refusal

if TYPE_CHECKING:
    from whcli.net.listener import Limits

LINE = 65536
"""Bytes of a request line or of a header, at most."""
HEADERS = 256
"""Headers of a request, at most."""
AHEAD = 64
"""Requests that a sender may send before the first of them is answered; more stay with the system."""
READ_AHEAD = 65536
"""Bytes of a body that are read before anyone asks for them."""
LINGER_SECONDS = 5.0
"""For which the rest of a refused body is read, so that its sender gets to read the refusal."""

Message = RawRequestMessage | HttpProcessingError
Take = Callable[[Message, StreamReader, "Connection"], None]
"""What is called with each request, one at a time; it sees to it that `answer` is called once, sooner or later."""


class BrokenBody(Exception):
    """What whoever reads a body meets where its chunks are none."""


class Connection(BaseProtocol):
    """One sender's connection."""

    __slots__ = (
        "_deaf", "_draining", "_guard", "_head_begun", "_last", "_lingering", "_queue", "_since", "_under_way",
        "_unread_since", "inner", "peer", "reading",
    )  # fmt: skip

    def __init__(self, guard: Guard, loop: asyncio.AbstractEventLoop, *, inner: bool) -> None:
        parser = HttpRequestParser(
            self,
            loop,
            READ_AHEAD,
            max_line_size=LINE,
            max_field_size=LINE,
            max_headers=HEADERS,
            payload_exception=BrokenBody,
            auto_decompress=False,
            max_msg_queue_size=AHEAD,
        )
        super().__init__(loop, parser)
        self._guard = guard
        self._queue: deque[tuple[Message, StreamReader]] = deque()
        self._under_way: tuple[Message, StreamReader] | None = None
        self._last = False
        """No further request is to be answered after those that have come."""
        self._deaf = False
        """What comes is no HTTP that we speak."""
        self._draining = False
        """The sender has to read before the next request is taken up."""
        self._head_begun = True
        self._since = loop.time()
        """When the wait for a head, or for its end, began."""
        self._unread_since: float | None = None
        """When the wait for the sender to read what it is told began."""
        self._lingering: asyncio.Task[None] | None = None
        self.inner = inner
        """It came to the port that only a tunnel knows."""
        self.peer: str | None = None
        """The sender's address; None for a tunnel's, which is not the sender's."""
        self.reading: asyncio.Task[None] | None = None
        """Reads a body that is still on its way."""

    @property
    def idle(self) -> bool:
        """No request is being read or answered."""
        return self._under_way is None and not self._queue

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Make room, and expect a head."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self.peer = peer[0] if peer and not self.inner else None
        self._guard.admit(self)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Forget the connection; a body that was being read will not be complete."""
        self._guard.forget(self)
        self._fail("the sender is gone")
        self._queue.clear()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Feed the parser, and take up the first request that is not yet answered."""
        if self._deaf or self._parser is None:
            return
        try:
            messages, self._deaf, _ = self._parser.feed_data(data)
        except HttpProcessingError as error:
            messages, self._deaf = [(error, EMPTY_PAYLOAD)], True
        if messages:
            self._queue += messages
            if len(self._queue) >= AHEAD and not self._buffer_paused:
                self._pause_reading_for_buffer()
            if self._under_way is None:
                self._next()
        elif self._under_way is None and not self._head_begun and data:
            self._head_begun = True
            self._since = self._loop.time()

    def eof_received(self) -> bool:
        """A sender that has said all may still wait for its answer, but what it has not said will not come."""
        self._last = True
        self._fail("the body broke off")
        return not self.idle and self.transport is not None and self.transport.can_write_eof()  # TLS ends both ways

    def finish(self) -> None:
        """Close once all is answered that has come."""
        self._last = True
        if self.idle:
            self.close()

    def close(self) -> None:
        """Close as soon as what was written has left."""
        if self.transport is not None:
            self._unread_since = self._loop.time()
            self.transport.close()

    def break_off(self) -> None:
        """Close at once, whatever has not left."""
        if self.transport is not None:
            self.transport.abort()

    def say(self, data: bytes) -> None:
        """Write to the sender, if it is still there."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(data)

    def answer(self, response: Response, *, last: bool = False) -> None:
        """Answer the request under way, then take up the next; close after the `last`."""
        if self._under_way is None or self.transport is None or self.transport.is_closing():
            return
        message, payload = self._under_way
        go_on, kept, head_only = False, KEPT, False
        if isinstance(message, RawRequestMessage):
            go_on = not (last or message.should_close or message.upgrade or (self._last and not self._queue))
            head_only = message.method == "HEAD"
            if message.version == HttpVersion10:
                kept = KEPT_BY_1_0
        self.transport.write(wire(response, connection=kept if go_on else CLOSED, head_only=head_only))
        if not payload.is_eof():
            self._lingering = self._loop.create_task(self._linger(payload))
        elif not go_on:
            self.close()
        elif self._paused:
            self._draining = True
        else:
            self._rest()

    def pause_writing(self) -> None:
        """The sender does not read what was written."""
        super().pause_writing()
        self._unread_since = self._loop.time()

    def resume_writing(self) -> None:
        """The sender has read what was written."""
        super().resume_writing()
        self._unread_since = self._loop.time() if self.transport is None or self.transport.is_closing() else None
        if self._draining:
            self._draining = False
            self._rest()

    def check(self, now: float, limits: Limits) -> None:
        """Close what has been silent for too long, with a word where a request was expected."""
        if self._unread_since is not None and now - self._unread_since > limits.idle_seconds:
            self.break_off()
        if not self.idle:
            return
        silent = now - self._since
        if self._head_begun and silent > limits.head_seconds:
            self.say(wire(refusal(408, "the request head came too slowly"), connection=CLOSED))
            self.close()
        elif silent > limits.idle_seconds:
            self.close()

    def _next(self) -> None:
        message, payload = self._under_way = self._queue.popleft()
        self._head_begun = False
        if self._parser is not None:
            self._parser.message_consumed()
        if self._buffer_paused and not self._queue:
            self._loop.call_soon(self._read_on)
        self._guard.take(message, payload, self)

    def _rest(self) -> None:
        """Nothing is under way any more."""
        self._under_way = None
        if self._queue:
            self._next()
        elif self._last:
            self.close()
        else:
            self._since = self._guard.rested(self)

    def _read_on(self) -> None:
        """Parse what a sender has said in advance, then read more."""
        self.data_received(b"")
        if len(self._queue) < AHEAD:
            self._resume_reading_for_buffer()

    def _fail(self, reason: str) -> None:
        """Whoever reads a body hears that no more of it will come."""
        for _, payload in (*([self._under_way] if self._under_way else []), *self._queue):
            if not payload.is_eof():
                payload.set_exception(ConnectionResetError(reason))

    async def _linger(self, payload: StreamReader) -> None:
        with suppress(TimeoutError, ConnectionError, BrokenBody):
            async with asyncio.timeout(LINGER_SECONDS):
                while await payload.readany():
                    pass
        self.close()


class Guard:
    """Makes the connections, bounds their number and their silence.

    Raises UsageError where aiohttp has only its parser in Python, which takes what others take otherwise
    (CVE-2025-69224).
    """

    def __init__(self, take: Take, limits: Limits) -> None:
        if HttpRequestParser.__module__ != "aiohttp._http_parser":
            hint = "unset AIOHTTP_NO_EXTENSIONS, or install aiohttp from a wheel: pip install --force-reinstall aiohttp"
            raise UsageError("aiohttp is here without its compiled parser, and the other one reads loosely", hint=hint)
        self.take = take
        self._limits = limits
        self._open: dict[Connection, None] = {}
        """Those that have been idle longest come first."""
        self._interval = min(1.0, limits.head_seconds / 4, limits.idle_seconds / 4)
        self._timer: asyncio.TimerHandle | None = None
        self._now = 0.0
        self._ended: asyncio.Event | None = None
        """Set when the last connection has ended, after none is to be kept."""

    def __call__(self, *, inner: bool = False) -> Connection:
        """A connection for a new sender."""
        return Connection(self, asyncio.get_running_loop(), inner=inner)

    def admit(self, connection: Connection) -> None:
        """At the limit the connection that has been idle longest gives way; where none is, the new one does."""
        self._open[connection] = None
        if len(self._open) > self._limits.connections:
            oldest = next((other for other in self._open if other.idle), connection)
            oldest.close()
            self.forget(oldest)
        if self._timer is None:
            self._look()

    def rested(self, connection: Connection) -> float:
        """A connection is idle from now on; gives the time, to the second."""
        self._open[connection] = self._open.pop(connection, None)
        return self._now

    def forget(self, connection: Connection) -> None:
        """Count a connection no more."""
        self._open.pop(connection, None)
        if self._ended is not None and not self._open:
            self._ended.set()

    async def end(self, seconds: float) -> None:
        """Close what is idle, wait so long for what is under way, bodies that still arrive included; then close all."""
        for connection in list(self._open):
            connection.finish()
        self._ended = asyncio.Event()
        if self._open:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._ended.wait()
        for connection in list(self._open):
            connection.break_off()
        await asyncio.sleep(0)  # in which the loop forgets them
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        """Now and then look at all that are open; one timer for all costs a request nothing."""
        loop = asyncio.get_running_loop()
        self._now = loop.time()
        for connection in list(self._open):
            connection.check(self._now, self._limits)
        self._timer = loop.call_later(self._interval, self._look) if self._open else None
