"""Multipart bodies: each part with its headers, its name and its size, its content shown by its own kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from whcli.view import words
from whcli.view.kinds import Content, Lines, content, indented, parameters
from whcli.view.text import safe
from whcli.view.theme import Span

MOST = 100
"""Parts that are shown."""

DEEPEST = 3
"""Multiparts inside of each other that are taken apart."""

LONGEST = 200
"""Bytes of a boundary; RFC 2046 allows 70."""

Part = tuple[list[tuple[bytes, bytes]], bytes]


def parts(show: Callable[[bytes, Content], Lines]) -> Callable[[bytes, Content], Lines]:
    """The kind, given what shows a part's content."""

    def kind(body: bytes, claimed: Content) -> Lines:
        """A multipart body (RFC 2046, 5.1)."""
        if claimed.depth >= DEEPEST:
            raise ValueError("multiparts nested too deep to be taken apart")
        found = split(body, claimed.params.get("boundary", b""))
        return _lines(found, claimed.depth + 1)

    def _lines(found: list[Part], depth: int) -> Iterator[list[Span]]:
        for number, (headers, inside) in enumerate(found[:MOST], 1):
            yield _title(number, headers, inside)
            for name, value in headers:
                yield [Span(safe(name), "name"), Span(": ", "dim"), Span(safe(value))]
            yield from indented(show(inside, content(_first(headers, b"content-type"), depth)), 2)
        if len(found) > MOST:
            yield [Span(f"… {len(found) - MOST} more parts", "dim")]

    return kind


def split(body: bytes, boundary: bytes) -> list[Part]:
    """The parts between the boundaries, as headers and content. Raises ValueError where there are none."""
    if not 0 < len(boundary) <= LONGEST:
        raise ValueError("not multipart: the Content-Type names no boundary")
    chunks = (b"\r\n" + body).split(b"\r\n--" + boundary)
    found = []
    for chunk in chunks[1:]:
        if chunk.startswith(b"--"):
            break
        line, newline, rest = chunk.partition(b"\r\n")
        if newline and not line.strip():
            found.append(_part(rest))
    if not found:
        raise ValueError("not multipart: its boundary is not in it")
    return found


def _part(chunk: bytes) -> Part:
    if chunk.startswith(b"\r\n"):
        return [], chunk[2:]
    head, _, inside = chunk.partition(b"\r\n\r\n")
    fields = (line.partition(b":") for line in head.split(b"\r\n") if line)
    return [(name, value.strip()) for name, _, value in fields], inside


def _first(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes | None:
    return next((value for key, value in headers if key.lower() == name), None)


def _title(number: int, headers: list[tuple[bytes, bytes]], inside: bytes) -> list[Span]:
    known = parameters(_first(headers, b"content-disposition") or b"")
    line = [Span(f"── part {number}", "dim")]
    line += [Span(f"  {key} {safe(known[key])}", "strong") for key in ("name", "filename") if key in known]
    return [*line, Span(f"  {words.size(len(inside))}", "dim")]
