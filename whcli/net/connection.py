"""One connection of the sender: non-blocking, watched by a selector together with the bell that cancels."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable
from errno import EINPROGRESS, EWOULDBLOCK
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from time import monotonic
from typing import TYPE_CHECKING

from whcli.errors import SendError
from whcli.http import Response
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


LONGEST_WAIT = 86400.0
"""Seconds of one wait: the system counts them in milliseconds and has no number for a month."""
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

    def share(self, parts: int) -> Patience:
        """An equal part of what is left, for one of several tries."""
        return Patience(self.left("take the connection") / parts, self._url)


class Connection:
    """A connection to one checked address.

    Every method raises SendError; after any but a returned response the connection is only good to be closed.
    """

    __slots__ = ("_bell", "_blocked", "_events", "_name", "_selector", "_sock", "_tls")

    def __init__(self, host: str, name: str, bell: socket.socket) -> None:
        self._name = name
        self._bell = bell
        self._tls = False
        self._blocked: tuple[type[OSError], ...] = (BlockingIOError,)
        try:
            self._selector = DefaultSelector()
            self._sock = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        except OSError as error:  # no descriptor left, or no IPv6 here
            raise self._explained(error) from error
        self._sock.setblocking(False)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(bell, EVENT_READ)
        self._events = 0

    def close(self) -> None:
        """Let the connection go."""
        self._selector.close()
        self._sock.close()

    def is_quiet(self) -> bool:
        """Whether nothing came while it was kept, not even its end; else it cannot be used again."""
        return not self._selector.select(0)

    def connect(self, host: str, port: int, patience: Patience) -> None:
        """Connect to an address, which is looked up nowhere."""
        code = self._sock.connect_ex((host, port))
        if code in (EINPROGRESS, EWOULDBLOCK):
            self._wait(EVENT_WRITE, patience, "take the connection")
            code = self._sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise self._explained(OSError(code, os.strerror(code)))

    def secure(self, context: ssl.SSLContext, host: str, patience: Patience) -> None:
        """Speak TLS from here on, with a peer that proves to be `host`."""
        from whcli.net import tls

        self._tls = True
        self._blocked = (tls.WANT_READ, tls.WANT_WRITE)
        self._selector.unregister(self._sock)
        self._events = 0
        self._sock = secured = tls.wrap(context, self._sock, host=host)
        try:
            while True:
                try:
                    return secured.do_handshake()
                except tls.WANT_READ:
                    self._wait(EVENT_READ, patience, "agree on TLS")
                except tls.WANT_WRITE:
                    self._wait(EVENT_WRITE, patience, "agree on TLS")
        except OSError as error:
            raise self._explained(error) from error

    def exchange(self, outgoing: Iterable[bytes], reader: ResponseReader, patience: Patience) -> Response:
        """Send all the bytes and read the answer; one that comes before the end of the request is as good."""
        try:
            return self._send(outgoing, reader, patience) or self._receive(reader, patience)
        except OSError as error:
            if isinstance(error, ConnectionError) and reader.begun:
                raise SendError("truncated_response", f"{self._name} broke the connection within its answer") from error
            raise self._explained(error) from error

    def _send(self, outgoing: Iterable[bytes], reader: ResponseReader, patience: Patience) -> Response | None:
        for piece in outgoing:
            rest = memoryview(piece)
            while rest:
                try:
                    rest = rest[self._sock.send(rest) :]
                except self._blocked:
                    ready = self._wait(EVENT_READ | EVENT_WRITE, patience, "take the request")
                    if ready & EVENT_READ and (response := self._read(reader)):
                        reader.reusable = False  # the rest of the request is owed
                        return response
                except ConnectionError:
                    return None  # the peer hears no more, but may have answered (413, 401)
        return None

    def _receive(self, reader: ResponseReader, patience: Patience) -> Response:
        response = None
        if QUICK is not None and not self._tls:
            # A server that writes head and body apart waits for the first to be acknowledged (RFC 896); we do so
            # at once rather than 40 ms later. The system forgets the wish, so it is said each time.
            self._sock.setsockopt(socket.IPPROTO_TCP, QUICK, 1)
        while response is None:
            self._wait(EVENT_READ, patience, "answer")
            response = self._read(reader)
        return response

    def _read(self, reader: ResponseReader) -> Response | None:
        # TLS keeps nothing readable to itself: RECEIVED is more than a record, and OpenSSL reads no further.
        try:
            return reader.feed(self._sock.recv(RECEIVED))
        except self._blocked:
            return None

    def _wait(self, events: int, patience: Patience, waited_for: str) -> int:
        """Which of the events the socket is ready for, once it is."""
        if events != self._events:
            change = self._selector.modify if self._events else self._selector.register
            change(self._sock, events)
            self._events = events
        ready = 0
        while not ready:
            for key, mask in self._selector.select(min(patience.left(waited_for), LONGEST_WAIT)):
                if key.fileobj is self._bell:
                    raise SendError("cancelled", "the request was given up, as whcli is ending")
                ready |= mask
        return ready

    def _explained(self, error: OSError) -> SendError:
        if self._tls:
            from whcli.net import tls

            if found := tls.explained(error, self._name):
                return found
        slug, sentence = next((slug, text) for kind, slug, text in _FAILURES if isinstance(error, kind))
        return SendError(slug, sentence.format(self._name, reason=error.strerror or type(error).__name__))
