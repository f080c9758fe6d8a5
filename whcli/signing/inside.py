"""Slots in the URL's query and in the body: a form's field, a JSON value, a part of a multipart form."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from whcli.errors import UsageError
from whcli.http import HELD, Body, Request, query_of
from whcli.signing.slot import Slot

MOST_FIELDS = 10_000
"""Fields read of one form."""
BOUNDARY = re.compile(rb'boundary=(?:"([^"]{1,70})"|([\w\'+,./:=?-]{1,70}))', re.IGNORECASE)
DISPOSITION = re.compile(rb'content-disposition:[^\r\n]*;[ \t]*name="([^"\r\n]*)"', re.IGNORECASE)


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

    in_body = True

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
        """The field said once, after the others, whose spelling is kept. Raises UsageError for a body that is none."""
        if not isinstance(request.body, bytes):
            raise UsageError("the body is too long to be edited as a form")
        if not is_form(request):
            raise UsageError(f"the body is no form, and so has no place for {self.where}")
        added = f"{quote(self.key, safe='')}={quote(value, safe='')}".encode()
        kept = [field for field in request.body.split(b"&") if field and _key(field) != self.key]
        return request._replace(body=b"&".join([*kept, added]))


class Multipart(Slot):
    """A field of a multipart form (RFC 7578)."""

    in_body = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.where = f"the multipart field {name}"
        self.key = name.encode("utf-8")

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the field; none where the body is no multipart form held in memory."""
        return (
            [request.body[start:end] for start, end in self._spans(request)] if isinstance(request.body, bytes) else []
        )

    def put(self, request: Request, value: bytes) -> Request:
        """The field's value in the place of the one that is there. Raises UsageError where there is none."""
        spans = list(self._spans(request))
        if len(spans) != 1 or not isinstance(request.body, bytes):
            raise UsageError(f"there is no place for {self.where}")
        ((start, end),) = spans
        return request._replace(body=request.body[:start] + value + request.body[end:])

    def _spans(self, request: Request) -> Iterator[tuple[int, int]]:
        """Where the field's values begin and end in the body."""
        kind = request.headers.first(b"content-type") or b""
        found = BOUNDARY.search(kind) if kind.lower().startswith(b"multipart/form-data") else None
        if found is None or not isinstance(request.body, bytes) or len(request.body) > HELD:
            return
        body, line = request.body, b"--" + (found[1] or found[2])
        start = body.find(line)
        for _ in range(MOST_FIELDS):
            end = body.find(b"\r\n" + line, start + 1)
            if start < 0 or end < 0:
                return
            head = body.find(b"\r\n\r\n", start, end)
            named = DISPOSITION.search(body, start, head) if head >= 0 else None
            if named is not None and named[1] == self.key:
                yield head + 4, end
            start = end + 2


class Json(Slot):
    """A value in a JSON body by its dotted path: `event.type`, or `0.event` for the first of a list."""

    in_body = True

    def __init__(self, path: str, *, inside: Slot | None = None, number: bool = False) -> None:
        self.name = path
        self.where = f"{path} in the JSON of {inside.where if inside else 'the body'}"
        self.path = path.split(".")
        self.inside = inside
        self.number = number
        """Whether it is written as a number."""

    def lines(self, request: Request) -> list[bytes]:
        """The value if it is text or a whole number."""
        value = self._document(request)
        for step in self.path:
            value = _member(value, step)
        if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
            return [str(value).encode("utf-8", "backslashreplace")]
        return []

    def put(self, request: Request, value: bytes) -> Request:
        """The value set where it is, or at the end of its object; no other byte of the document is changed.

        Raises UsageError for a body that has no such place.
        """
        carried = [request.body] if self.inside is None else self.inside.lines(request)
        document = self._document(request)
        if len(carried) != 1 or not isinstance(carried[0], bytes) or not isinstance(document, (dict, list)):
            raise UsageError(f"there is no place for {self.where}")
        text = value.decode("utf-8", "backslashreplace")
        written = self._set(
            carried[0].decode(), document, text if self.number else json.dumps(text, ensure_ascii=False)
        )
        body = written.encode("utf-8", "backslashreplace")
        return request._replace(body=body) if self.inside is None else self.inside.put(request, body)

    def _set(self, text: str, document: Any, value: str) -> str:
        from whcli.jsontext import span

        steps: list[str | int] = []
        for step in self.path:
            steps.append(int(step) if isinstance(document, list) and step.isdecimal() else step)
            document = _member(document, step)
        if found := span(text, steps):
            return text[: found[0]] + value + text[found[1] :]
        for depth in range(len(steps) - 1, -1, -1):
            parent = span(text, steps[:depth])
            if parent and text[parent[0]] != "{":
                break
            if parent:
                end = parent[1] - 1
                comma = "" if text[parent[0] + 1 : end].strip() == "" else ","
                return text[:end] + comma + _nested(steps[depth:], value) + text[end:]
        raise UsageError(f"there is no place for {self.where}")

    def _document(self, request: Request) -> Any:
        if self.inside is None:
            return parse_json(request.body)
        return next((parse_json(line) for line in self.inside.lines(request)), None)


def _nested(steps: Sequence[str | int], value: str) -> str:
    """A member of an object, as text: `"a":{"b":value}`."""
    for step in reversed(steps[1:]):
        value = f"{{{json.dumps(str(step))}:{value}}}"
    return f"{json.dumps(str(steps[0]))}:{value}"


def _member(value: Any, step: str) -> Any:
    if isinstance(value, dict):
        return value.get(step)
    if isinstance(value, list) and step.isdecimal():  # of a path of ours, so short
        return next(iter(value[int(step) : int(step) + 1]), None)
    return None
