"""HTTP out: one prepared Request to one Response, or a SendError that says what to do.

Plain sockets and one loop: a single `send` starts fast, and hundreds side by side need no thread but the one that
asks. Nothing is added to a request or taken from an answer: no redirect followed, no cookie kept, nothing
decompressed, no proxy.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import chain
from selectors import EVENT_READ
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, Self

from whcli.errors import SendError, UsageError
from whcli.http import Body, LargeBody, Request, Response, split_url
from whcli.net.address import allowed, literal, look_up
from whcli.net.connection import Connection, Patience, explained
from whcli.net.loop import Loop, Steps, cancelled
from whcli.net.wire import ResponseReader, head
from whcli.outgoing import Origin, origin_of

if TYPE_CHECKING:
    import ssl
    from pathlib import Path


JOINED = 1 << 16
"""Bytes of a body up to which it leaves in one piece with the head."""


class Sender:
    """Sends requests, and keeps its connections for the next; a context manager.

    It serves one thread, which may have many requests under way. Only this machine is called unless
    `allow_remote`; link-local and metadata addresses never. A listener on `database` is trusted by the certificate
    that it keeps there. With `public_only`, nothing but the public internet.
    """

    def __init__(self, *, database: Path | None = None, allow_remote: bool = False, public_only: bool = False) -> None:
        self._allow_remote = allow_remote
        self._database = database
        self._public_only = public_only
        self._kept: dict[str, list[Connection]] = {}
        self._context: ssl.SSLContext | None = None
        self._loop = Loop()
        self._busy = Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections. Called from another thread, it also ends what is under way at once: `cancelled`."""
        self._loop.stop()
        if self._busy.acquire(blocking=False):  # else whoever is busy does it in the end
            for connection in chain.from_iterable(self._kept.values()):
                connection.close()
            self._kept.clear()
            self._loop.close()
            self._busy.release()

    def send(self, request: Request, *, timeout: timedelta) -> Response:
        """Send a request made by `prepare` and return its answer, of whatever status. Raises SendError."""
        self.start([self.exchange(request, timeout=timeout)])
        response: Response = self.turn()[0]
        return response

    def start(self, tasks: Iterable[Steps[Any]]) -> None:
        """Begin what takes its time in `exchange`; `turn` goes on with it. Raises what the steps raise."""
        with self._at_work():
            for steps in tasks:
                self._loop.start(steps)

    def turn(self, *, wait: bool = True) -> list[Any]:
        """Wait until some of what was started is done, and give the results; none when nothing is under way.

        Without `wait`, what is done by now. After `close`, all of it is, `cancelled`. Raises what the steps raise.
        """
        with self._at_work():
            return self._loop.turn(wait=wait)

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        try:
            with self._busy:
                yield
        finally:
            if self._loop.stopped:
                self.close()

    def exchange(self, request: Request, *, timeout: timedelta) -> Steps[Response]:
        """The steps of sending a request made by `prepare`; they end with its answer, of whatever status.

        `timeout` covers the whole exchange, from the lookup of the name to the last byte. A kept connection that
        turns out to be closed before a byte of the answer came is replaced once. Raises SendError.
        """
        if self._loop.stopped:
            raise cancelled()
        start = head(request)
        url = split_url(request.url)[0]
        patience = Patience(timeout.total_seconds(), url)
        if connection := self._quiet(url):
            try:
                return (yield from self._converse(connection, url, request, start, patience))
            except SendError as error:
                if error.slug not in ("reset", "no_answer"):  # of these, no byte was received
                    raise
        connection = yield from self._connect(url, patience)
        return (yield from self._converse(connection, url, request, start, patience))

    def _quiet(self, url: str) -> Connection | None:
        """A kept connection that can be used again."""
        kept = self._kept.get(url, [])
        while kept:
            connection = kept.pop()
            if connection.is_quiet():
                return connection
            connection.close()
        return None

    def _converse(
        self, connection: Connection, url: str, request: Request, start: bytes, patience: Patience
    ) -> Steps[Response]:
        """One request and its answer; the connection is kept where it may be, else closed."""
        reader = ResponseReader(request.method)
        try:
            response = yield from connection.exchange(_outgoing(start, request.body), reader, patience)
            if reader.reusable:
                self._kept.setdefault(url, []).append(connection)
            return response
        finally:
            if not reader.reusable:
                connection.close()

    def _connect(self, url: str, patience: Patience) -> Steps[Connection]:
        """A new connection to the first address that takes one."""
        try:
            origin = origin_of(url)
        except UsageError as error:
            raise SendError("unsendable", error.message) from error
        found = literal(origin.host) or (yield from _looked_up(origin, patience))
        addresses = allowed(
            found, allow_remote=self._allow_remote, name=origin.authority, public_only=self._public_only
        )
        failures = []
        for left, host in zip(range(len(addresses), 0, -1), addresses, strict=True):
            try:
                return (yield from self._connect_to(host, origin, patience.share(left)))
            except SendError as error:
                if error.slug not in ("connection_refused", "timeout", "unreachable"):
                    raise
                failures.append(error)
        raise failures[0]

    def _connect_to(self, host: str, origin: Origin, patience: Patience) -> Steps[Connection]:
        connection = Connection(host, origin.authority)
        try:
            yield from connection.connect(host, origin.port, patience)
            if origin.scheme == "https":
                yield from connection.secure(self._tls_context(), origin.host, patience)
        except BaseException:
            connection.close()
            raise
        return connection

    def _tls_context(self) -> ssl.SSLContext:
        from whcli.net import certificate, tls

        if self._context is None:
            self._context = tls.context(trusted=certificate.trusted(self._database) if self._database else None)
        return self._context


def _looked_up(origin: Origin, patience: Patience) -> Steps[list[str]]:
    """A name's addresses, asked for in a thread: the system's lookup knows no deadline."""
    found: list[list[str] | OSError] = []
    try:
        bell, rope = socket.socketpair()
    except OSError as error:  # no descriptor left
        raise explained(error, origin.authority) from error

    def note(answer: list[str] | OSError) -> None:
        found.append(answer)
        rope.close()

    with bell:
        Thread(target=look_up, args=(origin.host, note), daemon=True).start()
        yield from patience.wait(bell, EVENT_READ, "find its address")
    if isinstance(found[0], OSError):
        raise SendError("dns", f"no host is named {origin.host}: check its spelling, and the network")
    return found[0]


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
