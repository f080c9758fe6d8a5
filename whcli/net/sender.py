"""HTTP out: one prepared Request to one Response, or a SendError that says what to do.

Synchronous, on plain sockets: a single `send` must start fast, and threads, each with a Sender of its own, keep
up with an event loop. Nothing is added to a request or taken from an answer: no redirect followed, no cookie
kept, nothing decompressed, no proxy.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from datetime import timedelta
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Self

from whcli.errors import SendError, UsageError
from whcli.http import Body, LargeBody, Request, Response, split_url
from whcli.net.address import allowed, literal, look_up
from whcli.net.connection import Connection, Patience
from whcli.net.wire import ResponseReader, head
from whcli.outgoing import Origin, origin_of

if TYPE_CHECKING:
    import ssl


JOINED = 1 << 16
"""Bytes of a body up to which it leaves in one piece with the head."""


class Sender:
    """Sends one request at a time and keeps its connections for the next; a context manager.

    Only this machine is called unless `allow_remote`; link-local and metadata addresses never.
    """

    def __init__(self, *, allow_remote: bool = False) -> None:
        self._allow_remote = allow_remote
        self._kept: dict[str, Connection] = {}
        self._context: ssl.SSLContext | None = None
        self._sending = Lock()
        self._closed = False
        self._looked_up = Event()
        self._bell, self._rope = socket.socketpair()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections. Called from another thread, it also ends the running send at once: `cancelled`."""
        if not self._closed:
            self._rope.send(b"!")
            self._closed = True  # from here on a send that ends lets go of the rope
            self._looked_up.set()
        if self._sending.acquire(blocking=False):  # else the running send does it as it ends
            for connection in self._kept.values():
                connection.close()
            self._kept.clear()
            self._bell.close()
            self._rope.close()
            self._sending.release()

    def send(self, request: Request, *, timeout: timedelta) -> Response:
        """Send a request made by `prepare` and return its answer, of whatever status.

        `timeout` covers the whole exchange, from the lookup of the name to the last byte. A kept connection that
        turns out to be closed before a byte of the answer came is replaced once. Raises SendError.
        """
        try:
            with self._sending:
                if self._closed:
                    raise _cancelled()
                return self._send(request, timeout.total_seconds())
        finally:
            if self._closed:
                self.close()

    def _send(self, request: Request, seconds: float) -> Response:
        start = head(request)
        url = split_url(request.url)[0]
        patience = Patience(seconds, url)
        connection = self._kept.pop(url, None)
        if connection and connection.is_quiet():
            try:
                return self._exchange(connection, url, request, start, patience)
            except SendError as error:
                if error.slug not in ("reset", "no_answer"):  # of these, no byte was received
                    raise
        elif connection:
            connection.close()
        return self._exchange(self._connect(url, patience), url, request, start, patience)

    def _exchange(
        self, connection: Connection, url: str, request: Request, start: bytes, patience: Patience
    ) -> Response:
        """One request and its answer; the connection is kept where it may be, else closed."""
        reader = ResponseReader(request.method)
        try:
            response = connection.exchange(_outgoing(start, request.body), reader, patience)
            if reader.reusable:
                self._kept[url] = connection
            return response
        finally:
            if not reader.reusable:
                connection.close()

    def _connect(self, url: str, patience: Patience) -> Connection:
        """A new connection to the first address that takes one."""
        try:
            origin = origin_of(url)
        except UsageError as error:
            raise SendError("unsendable", error.message) from error
        found = literal(origin.host) or self._look_up(origin.host, patience)
        addresses = allowed(found, allow_remote=self._allow_remote, name=origin.authority)
        failures = []
        for left, host in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return self._connect_to(host, origin, patience.share(left))
            except SendError as error:
                if error.slug not in ("connection_refused", "timeout", "unreachable"):
                    raise
                failures.append(error)
        raise failures[0]

    def _connect_to(self, host: str, origin: Origin, patience: Patience) -> Connection:
        if self._closed:
            raise _cancelled()
        connection = Connection(host, origin.authority, self._bell)
        try:
            connection.connect(host, origin.port, patience)
            if origin.scheme == "https":
                connection.secure(self._tls_context(), origin.host, patience)
        except BaseException:
            connection.close()
            raise
        return connection

    def _look_up(self, host: str, patience: Patience) -> list[str]:
        """A name's addresses, asked for in a thread: the system's lookup knows no deadline."""
        found: list[list[str] | OSError] = []
        self._looked_up = done = Event()

        def note(answer: list[str] | OSError) -> None:
            found.append(answer)
            done.set()

        Thread(target=look_up, args=(host, note), daemon=True).start()
        if not self._closed:
            done.wait(patience.left("find its address"))
        if self._closed:
            raise _cancelled()
        patience.left("find its address")
        if isinstance(found[0], OSError):
            raise SendError("dns", f"no host is named {host}: check its spelling, and the network")
        return found[0]

    def _tls_context(self) -> ssl.SSLContext:
        from whcli.net import tls

        self._context = self._context or tls.context()
        return self._context


def _outgoing(start: bytes, body: Body) -> Iterable[bytes]:
    """Head and body in few pieces."""
    if not isinstance(body, bytes):
        return _streamed(start, body)
    return (start + body,) if len(body) <= JOINED else (start, body)


def _streamed(start: bytes, body: LargeBody) -> Iterator[bytes]:
    """Head and body piece by piece; never more bytes than were announced."""
    yield start
    owed = len(body)
    for piece in body.pieces():
        owed -= len(piece)
        if owed < 0:
            break
        yield piece
    if owed:
        raise SendError("unsendable", "the stored body is not as long as it was: it may be damaged, see whcli doctor")


def _cancelled() -> SendError:
    return SendError("cancelled", "the request was given up, as whcli is ending")
