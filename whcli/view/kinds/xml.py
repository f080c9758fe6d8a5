"""XML with a line for each element, by its text alone: nothing is expanded, resolved or fetched.

A parser would have to be told what not to do; tokens have no entities (CVE-2003-1564, "billion laughs").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from whcli.view.kinds import Content, Lines, decode
from whcli.view.text import safe
from whcli.view.theme import Meaning, Span

DEEPEST = 32
"""Levels past which nothing is indented further."""

# Possessive (*+), so that no text makes it go back.
_TOKEN = re.compile(
    r"""(?P<aside><!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<![A-Za-z][^\[<>]*+(?:\[.*?\]\s*+)?>)
      | (?P<close></[^\s<>/]++\s*+>)
      | (?P<open><[^\s<>/!?"'=]++(?:[^<>"']|"[^"]*+"|'[^']*+')*+>)
      | (?P<text>[^<]++)""",
    re.VERBOSE | re.DOTALL,
)
_NAME = re.compile(r"</?([^\s<>/]+)")

MEANINGS: dict[str, Meaning] = {"open": "name", "close": "name", "aside": "dim"}


def document(body: bytes, content: Content) -> Lines:
    """An XML document whose elements nest."""
    text = decode(body, content).strip("\ufeff \t\r\n")
    pieces = [(kind, piece) for kind, piece in _tokens(text) if piece]
    _check(pieces)
    return _lines(pieces)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    end = 0
    for match in _TOKEN.finditer(text):
        if match.start() != end:
            break
        end = match.end()
        piece = match[0] if match.lastgroup != "text" else match[0].strip()
        yield match.lastgroup or "", piece
    if end != len(text):
        raise ValueError(f"not XML at character {end}")


def _check(pieces: list[tuple[str, str]]) -> None:
    """Raise ValueError unless every element that is opened is closed, in order."""
    around: list[str] = []
    seen = False
    for kind, piece in pieces:
        name = _NAME.match(piece)
        if kind == "open" and name:
            seen = True
            if not piece.endswith("/>"):
                around.append(name[1])
        elif kind == "close" and name and (not around or around.pop() != name[1]):
            raise ValueError("not XML: the end of an element that did not begin")
    if around or not seen:
        raise ValueError("not XML: an element does not end" if around else "not XML: it has no element")


def _lines(pieces: list[tuple[str, str]]) -> Iterator[list[Span]]:
    """Each piece on its line; an element with nothing but text in it, on one."""
    depth = index = 0
    while index < len(pieces):
        kind, piece = pieces[index]
        if kind == "close":
            depth -= 1
        taken = 1
        if kind == "open" and not piece.endswith("/>"):
            kinds = [kind for kind, _ in pieces[index : index + 3]]
            taken = 3 if kinds == ["open", "text", "close"] else 2 if kinds[:2] == ["open", "close"] else 1
            depth += taken == 1
        inset = Span("  " * min(depth - (kind == "open" and taken == 1 and not piece.endswith("/>")), DEEPEST))
        yield from _spans(inset, pieces[index : index + taken])
        index += taken


def _spans(inset: Span, pieces: list[tuple[str, str]]) -> Iterator[list[Span]]:
    line = [inset]
    for kind, piece in pieces:
        first, *rest = piece.split("\n")
        line.append(Span(safe(first), MEANINGS.get(kind, "")))
        for more in rest:
            yield line
            line = [inset, Span(safe(more), MEANINGS.get(kind, ""))]
    yield line
