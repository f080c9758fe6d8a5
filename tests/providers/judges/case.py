"""What a judge is given, and what a judge is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from whcli.http import Request

ODD = '{"object":"event","note":"é ✓ \\u00e9","n":1.0}\r\n'.encode()
"""A body that no one who parses it and writes it anew gets right."""


class Case(NamedTuple):
    """A request, and what its receiver knows; told the way that libraries want it."""

    request: Request
    secret: str
    """For a key pair, what a library is given: the public half to verify with."""
    params: Mapping[str, str]
    now: datetime

    @property
    def body(self) -> bytes:
        return bytes(self.request.body)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def url(self) -> str:
        return self.request.url

    @property
    def headers(self) -> dict[str, str]:
        """By names in lower case; each is there once."""
        return {name.decode().lower(): value.decode() for name, value in self.request.headers}

    @property
    def seconds(self) -> str:
        return str(int(self.now.timestamp()))

    @property
    def milliseconds(self) -> str:
        return str(int(self.now.timestamp() * 1000))

    def bearing(self, headers: Mapping[str, str]) -> Request:
        """The request with these headers in the place of those of their names."""
        kept = self.request.headers
        for name, value in headers.items():
            kept = kept.put(name.encode(), value.encode())
        return self.request._replace(headers=kept)


def longer(request: Request) -> Request:
    """The body with a space behind it, which changes nothing for who parses it."""
    return request._replace(body=bytes(request.body) + b" ")


def swapping(old: str, new: str) -> Callable[[Request], Request]:
    """A change to a part of the body, where a signature speaks only of that."""

    def swapped(request: Request) -> Request:
        assert old.encode() in bytes(request.body)
        return request._replace(body=bytes(request.body).replace(old.encode(), new.encode(), 1))

    return swapped


def moving(old: str, new: str) -> Callable[[Request], Request]:
    """A change to a part of the URL, where a signature speaks of that."""

    def moved(request: Request) -> Request:
        assert old in request.url
        return request._replace(url=request.url.replace(old, new, 1))

    return moved


elsewhere = moving("://", "://other-")


class Judge(NamedTuple):
    """A maker's own library, as one who accepts requests and, where it can, makes them."""

    provider: str
    library: str
    """The distribution's name."""
    accepts: Callable[[Case], bool]
    """False where the library says so in the way that it documents; any other error is a failure of the test."""
    makes: Callable[[Case], Request] | None = None
    """The case's request as the library signs it."""
    odd: bool = True
    """Whether any body does; else the library wants an event that it knows, and takes the provider's first vector."""
    body: bytes | None = None
    """Such an event, where the vector's is none that the library knows."""
    vector: int = 0
    """Which of the provider's vectors to sign."""
    twin: Callable[[Request], Request] = longer
    """What the signature does not fit any more."""
    timed: bool = False
    """Whether the library itself refuses what was signed three hours ago."""

    ready: Callable[[], object] = object
    """Called before the clock is read, where a library takes longer to load than it gives a signature."""

    def __str__(self) -> str:
        return f"{self.provider}-by-{self.library}-{self.accepts.__name__}"


def holds(refusal: type[Exception] | tuple[type[Exception], ...], check: Callable[[], object]) -> bool:
    """Whether a check passes that raises its refusal."""
    try:
        check()
    except refusal:
        return False
    return True
