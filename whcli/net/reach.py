"""What can be listened on, and who answers: for `doctor`."""

from __future__ import annotations

import os
import socket

LOOPBACK = {"IPv4": "127.0.0.1", "IPv6": "::1"}


def hindrance(host: str, port: int) -> str | None:
    """Why an address cannot be listened on; None where it can. Port 0 asks for any."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as made:
            if os.name == "posix":
                made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
    except OSError as error:
        return error.strerror or str(error)
    return None


def silence(host: str, port: int, *, seconds: float) -> str | None:
    """Why a connection cannot be made; None where somebody takes it."""
    try:
        socket.create_connection((host, port), timeout=seconds).close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def addresses_of(name: str) -> list[str]:
    """The addresses that the system knows for a name, in the order in which programs try them."""
    try:
        return list(dict.fromkeys(str(each[4][0]) for each in socket.getaddrinfo(name, 80, type=socket.SOCK_STREAM)))
    except OSError:
        return []
