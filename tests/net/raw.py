"""A server of bytes on a real socket: it notes what comes, and answers what it is told, however wrong."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Self

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Talk = Callable[["RawServer", socket.socket], None]


class RawServer:
    """Listens on a free port of 127.0.0.1 and holds `talk` with each connection, in a thread."""

    def __init__(self, talk: Talk, *, family: int = socket.AF_INET, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._talk = talk
        self._context = context
        self._over = threading.Event()
        self._open: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listening = socket.create_server(("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self.port = self._listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for sock in (self._listening, *self._open):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()
        for thread in self._threads:
            thread.join(5)

    def wait(self, seconds: float) -> bool:
        """Wait, and say whether the test is over."""
        return self._over.wait(seconds)

    def take(self, sock: socket.socket) -> bytes:
        """One request with its body, noted as it came; empty at the end of the connection."""
        data = b""
        while b"\r\n\r\n" not in data:
            piece = sock.recv(1 << 16)
            if not piece:
                return b""
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        while len(body) < length:
            body += sock.recv(1 << 16)
        self.requests.append(head + b"\r\n\r\n" + body)
        return self.requests[-1]

    def _start(self, function: Callable[..., None], *args: object) -> None:
        self._threads.append(threading.Thread(target=function, args=args, daemon=True))
        self._threads[-1].start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                sock, _ = self._listening.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._hold, sock)

    def _hold(self, sock: socket.socket) -> None:
        self._open.append(sock)
        try:
            if self._context:
                sock = self._context.wrap_socket(sock, server_side=True)
                self._open.append(sock)
            self._talk(self, sock)
        except OSError:
            pass
        finally:
            sock.close()


def answering(answer: bytes = OK, *, then: Callable[[RawServer, socket.socket], None] | None = None) -> Talk:
    """Answer every request of a connection with these bytes; with `then`, go on with it after the first."""

    def talk(server: RawServer, sock: socket.socket) -> None:
        while server.take(sock):
            sock.sendall(answer)
            if then:
                return then(server, sock)
        return None

    return talk


def closing(answer: bytes) -> Talk:
    """Answer one request with these bytes and close."""
    return answering(answer, then=lambda *_: None)


def hanging(answer: bytes = b"") -> Talk:
    """Answer with these bytes and say nothing more."""
    return answering(answer, then=lambda server, _: server.wait(60) and None)
