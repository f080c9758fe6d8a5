"""A sender of bytes: what it says may be no HTTP at all, and what comes back is read to the byte."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple, Self

PATIENCE = 60.0
"""Seconds after which a test gives up; no test expects anything to take long."""


class Reply(NamedTuple):
    """One answer."""

    status: int
    head: bytes
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def header(self, name: str) -> str | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None


class Client:
    """One connection to a port of 127.0.0.1."""

    def __init__(self, port: int, *, patience: float = PATIENCE, source: str = "127.0.0.1") -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=patience, source_address=(source, 0))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._seen = bytearray()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._socket.close()

    def send(self, *pieces: bytes) -> Self:
        self._socket.sendall(b"".join(pieces))
        return self

    def half_close(self) -> Self:
        """Say that nothing more will come, and go on listening; the other side may have closed already."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
        return self

    def reply(self, *, to: bytes = b"POST") -> Reply:
        """The next answer, an interim one too; ConnectionError where there is none. `to` is the method asked."""
        while b"\r\n\r\n" not in self._seen:
            self._more()
        head, _, rest = bytes(self._seen).partition(b"\r\n\r\n")
        self._seen = bytearray(rest)
        found = Reply(int(head.split(b" ", 2)[1]), head, b"")
        if to == b"HEAD" or found.status < 200 or found.status in (204, 304):
            return found
        length = int(found.header("Content-Length") or 0)
        while len(self._seen) < length:
            self._more()
        body = bytes(self._seen[:length])
        del self._seen[:length]
        return found._replace(body=body)

    def rest(self) -> bytes:
        """All that comes until the other side closes; what was lost to a reset is not counted."""
        try:
            while True:
                self._more()
        except ConnectionError:
            return bytes(self._seen)

    def _more(self) -> None:
        piece = self._socket.recv(1 << 18)
        if not piece:
            raise ConnectionResetError("closed by the listener")
        self._seen += piece


def request(
    method: bytes = b"POST", target: bytes = b"/", headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b""
) -> bytes:
    """A request as bytes; Host and Content-Length are ours, all else is as given."""
    fields = b"".join(b"%b: %b\r\n" % pair for pair in headers)
    return b"%b %b HTTP/1.1\r\nHost: h\r\n%bContent-Length: %d\r\n\r\n%b" % (method, target, fields, len(body), body)


def ask(port: int, raw: bytes, *, patience: float = PATIENCE) -> Reply:
    """What one request gets on a connection of its own."""
    with Client(port, patience=patience) as client:
        return client.send(raw).reply(to=raw.partition(b" ")[0])
