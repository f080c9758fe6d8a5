"""The connections of a listener, and the limits that keep slow and greedy senders from hurting the others."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

from whcli.net.answer import Answer, error_response

if TYPE_CHECKING:
    from whcli.net.listener import Listener

_SILENT = logging.getLogger("whcli.listener.aiohttp")
_SILENT.addHandler(logging.NullHandler())
_SILENT.propagate = False


class Connection(RequestHandler):
    """One sender's connection, with a limit on how long a request head may take."""

    def __init__(self, server: Guard, listener: Listener, loop: asyncio.AbstractEventLoop) -> None:
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
        # aiohttp's own marks have a gap between taking a request and starting on it; only its waiter has none.
        waiter = self._waiter
        return self._request_count == 0 or (waiter is not None and not waiter.done())

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
        if self.idle:
            return False
        self._loop.call_soon(self._break_off)  # by then a request that was just taken is known
        return True

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

    def _break_off(self) -> None:
        """End a body that is not whole: the rest of it will not come."""
        if self._messages:
            payload = self._messages[-1][1]
        elif self._current_request is not None:
            payload = self._current_request.content
        else:
            self.force_close()  # all is answered; only the rest of a refused body was waited for
            return
        if not payload.is_eof():
            payload.set_exception(ConnectionResetError("the body broke off"))
            payload.feed_eof()

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


class Guard(web.Server):
    """Makes the connections and bounds their number."""

    def __init__(self, listener: Listener) -> None:
        super().__init__(listener.answer)
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

    def forget(self, connection: Connection) -> None:
        """Count a connection no more."""
        self._open.pop(connection, None)
