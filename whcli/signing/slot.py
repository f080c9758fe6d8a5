"""Where a value lies in a request: one object reads it there to verify, and writes it there to sign.

Reading has two steps, so that hostile input is told apart from absent input: `lines` finds what carries the
value (a header said twice is two lines), `split` takes the values out of one line (Stripe's may hold several
signatures). Nothing here raises on what a sender wrote, and nothing is decoded before it is asked for.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Self

from whcli.errors import UsageError
from whcli.http import Request

LONGEST = 255
"""Characters kept of an event type or id; GitHub's longest are under 50."""
PARAM = re.compile(r"\{param:([\w-]+)\}")
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
"""What can be a header's name (RFC 9110, 5.6.2)."""


def clean(value: bytes | str) -> str | None:
    """Text that can be stored and printed as UTF-8, at most 255 characters; None for empty."""
    raw = value.encode("utf-8", "backslashreplace") if isinstance(value, str) else value[: LONGEST * 4]
    return raw.decode("utf-8", "backslashreplace")[:LONGEST] or None


def fill(text: str, settings: Mapping[str, str]) -> str:
    """The text with each `{param:NAME}` that is known put in place."""
    return PARAM.sub(lambda found: settings.get(found[1], found[0]), text) if "{param:" in text else text


def header_name(text: str, settings: Mapping[str, str]) -> str:
    """A header's name with the params in it put in place. Raises UsageError where they make no name."""
    name = fill(text, settings)
    if PARAM.search(name) is None and HEADER_NAME.fullmatch(name) is None:
        given = ", ".join(PARAM.findall(text))
        raise UsageError(f"the param {given} makes no name that a header can have", hint=f"--param {given}=X-My-Header")
    return name


class Slot(ABC):
    """One place in a request. `where` names it in a sentence, `name` in a list."""

    name: str
    where: str
    in_body: bool = False
    """Whether to write it is to change the body."""
    carried_by: bytes = b""
    """The header whose every mention is one of its `lines`, in lower case; empty where it lies elsewhere."""

    @abstractmethod
    def lines(self, request: Request) -> list[bytes]:
        """What carries the value: none where it is absent, more than one where it is said twice."""

    def split(self, line: bytes) -> list[bytes]:
        """The values in one line."""
        return [line]

    def put(self, request: Request, value: bytes) -> Request:  # noqa: ARG002 - for those that can
        """The request with the value written; older values of it are replaced. TypeError where it is only read."""
        raise TypeError(f"{self.where} is read, never written")

    def blank(self, request: Request) -> Request:
        """The request with nothing left in what carries the value, which keeps its place."""
        return request

    def shape(self, value: str) -> str:
        """How a value is written here, for a listing: `v1=<hex>`."""
        return value

    def bind(self, settings: Mapping[str, str]) -> Self:  # noqa: ARG002 - for those with a name that is a param
        """The slot with the params in its name known."""
        return self

    def read(self, request: Request) -> str | None:
        """The first value as clean text, or None."""
        for line in self.lines(request):
            for value in self.split(line):
                return clean(value)
        return None


class Header(Slot):
    """The whole value of a header; a name such as `{param:header}` is a setting of the user's."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.where = f"the {name} header"
        self.key = name.encode("ascii")
        self._lowered = self.key.lower()
        self._size = len(name)
        self.carried_by = self._lowered if type(self).lines is Header.lines else b""

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header."""
        size, lowered = self._size, self._lowered  # as Headers.all does, less a call and a lower
        return [value for key, value in request.headers if len(key) == size and key.lower() == lowered]

    def put(self, request: Request, value: bytes) -> Request:
        """The header said once, in the place of its first mention."""
        return request._replace(headers=request.headers.put(self.key, value))

    def blank(self, request: Request) -> Request:
        """The header emptied where it is, so that its place is kept."""
        return self.put(request, b"") if self.lines(request) else request

    def bind(self, settings: Mapping[str, str]) -> Self:
        """The header with the name that the user gave."""
        return type(self)(header_name(self.name, settings)) if "{" in self.name else self


class AnyHeader(Slot):
    """Several headers with a value each, any of which may match: old and new key, or one for each key (Docusign)."""

    def __init__(self, *names: str) -> None:
        self.name = names[0]
        self.where = f"the {names[0]} header"
        self.names = names
        self.keys = [name.encode("ascii") for name in names]
        self._lowered = frozenset(key.lower() for key in self.keys)

    def lines(self, request: Request) -> list[bytes]:
        """One line of all their values; where one of them is said twice, each on its own."""
        found = [(key.lower(), value) for key, value in request.headers if key.lower() in self._lowered]
        values = [value.replace(b"\n", b" ") for _, value in found]  # none comes so; a value shall not be two
        return values if len(dict(found)) < len(found) else [b"\n".join(values)] if found else []

    def split(self, line: bytes) -> list[bytes]:
        """A value of each header."""
        return line.split(b"\n")

    def put(self, request: Request, value: bytes) -> Request:
        """The first header said once, and none of the others."""
        headers = request.headers.without(self.keys[1:])
        return request._replace(headers=headers.put(self.keys[0], value))

    def blank(self, request: Request) -> Request:
        """The first header emptied where it is."""
        return request._replace(headers=request.headers.put(self.keys[0], b"")) if self.lines(request) else request

    def bind(self, settings: Mapping[str, str]) -> Self:
        """The headers with the names that the user gave."""
        return type(self)(*(header_name(name, settings) for name in self.names)) if "{" in self.name else self
