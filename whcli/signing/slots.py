"""Where a value lies in a request: one object reads it there to verify, and writes it there to sign.

Reading has two steps, so that hostile input is told apart from absent input: `lines` finds what carries the
value (a header said twice is two lines), `split` takes the values out of one line (Stripe's may hold several
signatures). Nothing here raises on what a sender wrote, and nothing is decoded before it is asked for.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from whcli.errors import UsageError
from whcli.http import HELD, Body, Request, query_of

LONGEST = 255
"""Characters kept of an event type or id; GitHub's longest are under 50."""
MOST_ITEMS = 64
"""Items read of one list in a header; with two secrets in rotation a provider writes three or four."""
MOST_FIELDS = 10_000
"""Fields read of one form."""


def clean(value: bytes | str) -> str | None:
    """Text that can be stored and printed as UTF-8, at most 255 characters; None for empty."""
    raw = value.encode("utf-8", "backslashreplace") if isinstance(value, str) else value[: LONGEST * 4]
    return raw.decode("utf-8", "backslashreplace")[:LONGEST] or None


@lru_cache(maxsize=2)
def _parse_json(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse)
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, a BOM, an int of 5,000 digits
        return None


def _refuse(name: str) -> None:
    raise ValueError(name)  # NaN and Infinity are not JSON (RFC 8259, 6)


def parse_json(body: Body) -> Any:
    """The JSON value of a body held in memory, or None where it is no JSON, `null`, or longer than 1 MiB."""
    return _parse_json(body) if isinstance(body, bytes) and body and len(body) <= HELD else None


@lru_cache(maxsize=2)
def parse_form(body: bytes) -> tuple[tuple[bytes, bytes], ...] | None:
    """The fields of a form in order, decoded to bytes; None for more than 10,000 (WHATWG URL, 5.1)."""
    if body.count(b"&") >= MOST_FIELDS:
        return None
    return tuple(
        (unquote_to_bytes(key), unquote_to_bytes(value))
        for key, _, value in (field.partition(b"=") for field in body.replace(b"+", b" ").split(b"&") if field)
    )


def _key(field: bytes) -> bytes:
    return unquote_to_bytes(field.partition(b"=")[0].replace(b"+", b" "))


def is_form(request: Request) -> bool:
    """Whether the body is a URL-encoded form, going by its Content-Type."""
    kind = request.headers.first(b"content-type") or b""
    return kind.partition(b";")[0].strip().lower() == b"application/x-www-form-urlencoded"


class Slot(ABC):
    """One place in a request. `where` names it in a sentence, `name` in a list."""

    name: str
    where: str

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

    def read(self, request: Request) -> str | None:
        """The first value as clean text, or None."""
        for line in self.lines(request):
            for value in self.split(line):
                return clean(value)
        return None


class Header(Slot):
    """The whole value of a header."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.where = f"the {name} header"
        self.key = name.encode("ascii")

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header."""
        return request.headers.all(self.key)

    def put(self, request: Request, value: bytes) -> Request:
        """The header said once, in the place of its first mention."""
        return request._replace(headers=request.headers.put(self.key, value))

    def blank(self, request: Request) -> Request:
        """The header emptied where it is, so that its place is kept."""
        return Header.put(self, request, b"") if self.lines(request) else request


class Pair(Header):
    """The values of one key in a header like `t=1700000000,v1=5257…,v1=8a1b…`."""

    def __init__(self, name: str, key: str, *, separator: str = ",") -> None:
        super().__init__(name)
        self.where = f"{key}= in the {name} header"
        self.item = f"{key}=".encode("ascii")
        self.separator = separator.encode("ascii")

    def split(self, line: bytes) -> list[bytes]:
        """The key's values in order, out of the first 64 items.

        An item with a space before it, as where two headers were joined, counts as one without a value: some
        readers take it for the key's and some do not.
        """
        items = line.split(self.separator, MOST_ITEMS)[:MOST_ITEMS]
        found = (item for item in items if item.lstrip().startswith(self.item))
        return [item[len(self.item) :] if item.startswith(self.item) else b"" for item in found]

    def put(self, request: Request, value: bytes) -> Request:
        """The key said once, after what else the header holds."""
        line = request.headers.first(self.key) or b""
        items = [item for item in line.split(self.separator) if item and not item.startswith(self.item)]
        return super().put(request, self.separator.join([*items, self.item + value]))

    def shape(self, value: str) -> str:
        """`v1=<hex>`."""
        return self.item.decode() + value


class Listed(Header):
    """The values of one version in a header like `v1,K5oZ… v1,9fBx… v1a,…` (Standard Webhooks)."""

    def __init__(self, name: str, version: str) -> None:
        super().__init__(name)
        self.where = f"{version}, in the {name} header"
        self.item = f"{version},".encode("ascii")

    def split(self, line: bytes) -> list[bytes]:
        """The version's values in order, out of the first 64 items; none where an item is no `version,signature`."""
        items = line.split(b" ", MOST_ITEMS)[:MOST_ITEMS]
        if any(item.count(b",") != 1 for item in items):
            return []
        return [item[len(self.item) :] for item in items if item.startswith(self.item)]

    def put(self, request: Request, value: bytes) -> Request:
        """The one value, in the place of all others."""
        return super().put(request, self.item + value)

    def shape(self, value: str) -> str:
        """`v1,<base64>`."""
        return self.item.decode() + value


class Query(Slot):
    """A parameter of the URL's query."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.where = f"the {name} query parameter"
        self.key = name.encode("ascii")

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the parameter, decoded."""
        query = query_of(request.url).partition("#")[0].encode("utf-8", "backslashreplace")
        return [value for key, value in parse_form(query) or () if key == self.key]

    def put(self, request: Request, value: bytes) -> Request:
        """The parameter said once, after the others, whose spelling is kept."""
        front, _, query = request.url.partition("#")[0].partition("?")
        kept = [field for field in query.split("&") if field and _key(field.encode("utf-8", "replace")) != self.key]
        added = f"{self.name}={quote(value, safe='')}"
        return request._replace(url=f"{front}?{'&'.join([*kept, added])}")


class Form(Slot):
    """A field of a URL-encoded body."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.where = f"the form field {name}"
        self.key = name.encode("utf-8")

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the field, decoded; none where the body is no form held in memory."""
        if not isinstance(request.body, bytes) or not is_form(request):
            return []
        return [value for key, value in parse_form(request.body) or () if key == self.key]

    def put(self, request: Request, value: bytes) -> Request:
        """The field said once, after the others, whose spelling is kept."""
        if not isinstance(request.body, bytes):
            raise UsageError("The body is too long to be edited as a form.")
        added = f"{quote(self.key, safe='')}={quote(value, safe='')}".encode()
        kept = [field for field in request.body.split(b"&") if field and _key(field) != self.key]
        return request._replace(body=b"&".join([*kept, added]))


class Json(Slot):
    """A value in a JSON body by its dotted path: `event.type`, or `0.event` for the first of a list."""

    def __init__(self, path: str, *, inside: Slot | None = None) -> None:
        self.name = path
        self.where = f"{path} in the JSON of {inside.where if inside else 'the body'}"
        self.path = path.split(".")
        self.inside = inside

    def lines(self, request: Request) -> list[bytes]:
        """The value if it is text or a whole number."""
        value = self._document(request)
        for step in self.path:
            value = _member(value, step)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return [str(value).encode("utf-8", "backslashreplace")]
        return []

    def put(self, request: Request, value: bytes) -> Request:
        """The body written anew with the value set as text: compact JSON, all else in its order."""
        body = request.body if isinstance(request.body, bytes) else b""
        document = parse_json(json.dumps(parse_json(body)).encode())  # a copy: what is parsed is shared
        parent = document
        for step in self.path[:-1]:
            parent = _member(parent, step)
        if not isinstance(parent, dict) or self.inside is not None:
            raise UsageError(f"There is no place for {self.where}.")
        parent[self.path[-1]] = value.decode("utf-8", "backslashreplace")
        return request._replace(body=json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode())

    def _document(self, request: Request) -> Any:
        if self.inside is None:
            return parse_json(request.body)
        return next((parse_json(line) for line in self.inside.lines(request)), None)


def _member(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal():  # of a path of ours, so short
        return next(iter(value[int(step) : int(step) + 1]), None)
    return None
