"""One connection of the sender: what it does, it does in steps, and says what it waits for between them."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from errno import EINPROGRESS, EWOULDBLOCK
from selectors import EVENT_READ, EVENT_WRITE
from time import monotonic
from typing import TYPE_CHECKING

from whcli.errors import SendError
from whcli.http import Response
from whcli.net.loop import Steps, Wait
from whcli.net.wire import ResponseReader
from whcli.outgoing import redact

if TYPE_CHECKING:
    import ssl

RECEIVED = 1 << 16
"""Bytes read at a time."""

# The first class that fits explains an error of the system.
_FAILURES: tuple[tuple[type[OSError], str, str], ...] = (
    (ConnectionRefusedError, "connection_refused", "nothing listens on {}: start your app, or name another target"),
    (ConnectionError, "reset", "{} broke the connection without an answer: see its own log"),
    (TimeoutError, "timeout", "{} cannot be reached, nothing answers there: is it up?"),
    (OSError, "unreachable", "{} cannot be reached ({reason})"),
)


QUICK = getattr(socket, "TCP_QUICKACK", None)  # Linux


class Patience:
    """How long one exchange may still take."""

    __slots__ = ("_deadline", "_seconds", "_url")

    def __init__(self, seconds: float, url: str) -> None:
        self._seconds = seconds
        self._url = url
        self._deadline = monotonic() + seconds

    def left(self, waited_for: str) -> float:
        """Seconds that are left, more than none. Raises SendError `timeout`, naming what was waited for."""
        left = self._deadline - monotonic()
        if left > 0:
            return left
        raise SendError(
            "timeout",
            f"{redact(self._url)} did not {waited_for} within {self._seconds:.3g} s: see what keeps it, or allow more",
        )

    def wait(self, sock: socket.socket, events: int, waited_for: str) -> Steps[int]:
        """Which of the events a socket is ready for, once it is. Raises SendError `timeout`."""
        ready = 0
        while not ready:
            self.left(waited_for)
            ready = yield Wait(sock, events, self._deadline)
        return ready

    def share(self, parts: int) -> Patience:
        """An equal part of what is left, for one of several tries."""
        return Patience(self.left("take the connection") / parts, self._url)


class Connection:
    """A connection to one checked address.

    Every method raises SendError; after any but a returned response the connection is only good to be closed.
    """

    __slots__ = ("_blocked", "_name", "_sock", "_tls")

    def __init__(self, host: str, name: str) -> None:
        self._name = name
        self._tls = False
        self._blocked: tuple[type[OSError], ...] = (BlockingIOError,)
        try:
            self._sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        except OSError as error:  # no descriptor left, or no IPv6 here
            raise self._explained(error) from error
        self._sock.setblocking(False)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        """Let the connection go."""
        self._sock.close()

    def is_quiet(self) -> bool:
        """Whether nothing came while it was kept, not even its end; else it cannot be used again."""
        try:
            socket.socket.recv(self._sock, 1, socket.MSG_PEEK)  # of the plain socket, below TLS
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def connect(self, host: str, port: int, patience: Patience) -> Steps[None]:
        """Connect to an address, which is looked up nowhere."""
        code = self._sock.connect_ex((host, port))
        if code in (EINPROGRESS, EWOULDBLOCK):
            yield from patience.wait(self._sock, EVENT_WRITE, "take the connection")
            code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise self._explained(OSError(code, os.strerror(code)))

    def secure(self, context: ssl.SSLContext, host: str, patience: Patience) -> Steps[None]:
        """Speak TLS from here on, with a peer that proves to be `host`."""
        from whcli.net import tls

        self._tls = True
        self._blocked = (tls.WANT_READ, tls.WANT_WRITE)
        self._sock = secured = tls.wrap(context, self._sock, host=host)
        try:
            while True:
                try:
                    return secured.do_handshake()
                except tls.WANT_READ:
                    yield from patience.wait(secured, EVENT_READ, "agree on TLS")
                except tls.WANT_WRITE:
                    yield from patience.wait(secured, EVENT_WRITE, "agree on TLS")
        except OSError as error:
            raise self._explained(error) from error

    def exchange(self, outgoing: Iterable[bytes], reader: ResponseReader, patience: Patience) -> Steps[Response]:
        """Send all the bytes and read the answer; one that comes before the end of the request is as good."""
        try:
            answered = yield from self._send(outgoing, reader, patience)
            return answered or (yield from self._receive(reader, patience))
        except OSError as error:
            if isinstance(error, ConnectionError) and reader.begun:
                raise SendError("truncated_response", f"{self._name} broke the connection within its answer") from error
            raise self._explained(error) from error

    def _send(self, outgoing: Iterable[bytes], reader: ResponseReader, patience: Patience) -> Steps[Response | None]:
        for piece in outgoing:
            rest = memoryview(piece)
            while rest:
                try:
                    rest = rest[self._sock.send(rest) :]
                except self._blocked:
                    ready = yield from patience.wait(self._sock, EVENT_READ | EVENT_WRITE, "take the request")
                    if ready & EVENT_READ and (response := self._read(reader)):
                        reader.reusable = False  # the rest of the request is owed
                        return response
                except ConnectionError:
                    return None  # the peer hears no more, but may have answered (413, 401)
        return None

    def _receive(self, reader: ResponseReader, patience: Patience) -> Steps[Response]:
        response = None
        if QUICK is not None and not self._tls:
            # A server that writes head and body apart waits for the first to be acknowledged (RFC 896); we do so
            # at once rather than 40 ms later. The system forgets the wish, so it is said each time.
            self._sock.setsockopt(socket.IPPROTO_TCP, QUICK, 1)
        while response is None:
            yield from patience.wait(self._sock, EVENT_READ, "answer")
            response = self._read(reader)
        return response

    def _read(self, reader: ResponseReader) -> Response | None:
        # TLS keeps nothing readable to itself: RECEIVED is more than a record, and OpenSSL reads no further.
        try:
            return reader.feed(self._sock.recv(RECEIVED))
        except self._blocked:
            return None

    def _explained(self, error: OSError) -> SendError:
        if self._tls:
            from whcli.net import tls

            if found := tls.explained(error, self._name):
                return found
        return explained(error, self._name)


def explained(error: OSError, name: str) -> SendError:
    """What an error of the system means for the user."""
    slug, sentence = next((slug, text) for kind, slug, text in _FAILURES if isinstance(error, kind))
    return SendError(slug, sentence.format(name, reason=error.strerror or type(error).__name__))
