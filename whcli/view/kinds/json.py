"""JSON, indented and coloured, with every token as it came; and JSON by lines."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from whcli.jsontext import laid_out, tokens
from whcli.view.kinds import Content, Lines, decode
from whcli.view.text import safe
from whcli.view.theme import Meaning, Span

MEANINGS: dict[str, Meaning] = {"key": "name", "string": "string", "number": "number", "literal": "literal"}


def document(body: bytes, content: Content) -> Lines:
    """One JSON value, or its beginning. A byte order mark, which RFC 8259 (8.1) forbids, is shown and passed over."""
    text = decode(body, content)
    mark = text[:1] if text.startswith("\ufeff") else ""
    text = text[len(mark) :]
    deque(tokens(text, cut=content.cut), maxlen=0)  # all of it is JSON, or none is shown as such
    return _lines(laid_out(text, cut=content.cut), mark)


def records(body: bytes, content: Content) -> Lines:
    """JSON by lines (NDJSON, JSON Lines): each value on its line, as it came."""
    lines = [line.strip() for line in decode(body, content).split("\n") if line.strip()]
    if not lines:
        raise ValueError("no JSON on any line")
    ends = [False] * (len(lines) - 1) + [content.cut]
    return [spans for line, cut in zip(lines, ends, strict=True) for spans in _lines(_as_it_came(line, cut=cut))]


def _as_it_came(text: str, *, cut: bool) -> Iterator[tuple[str, str]]:
    """Tokens with their kind, and the blanks between them."""
    last = 0
    for kind, start, end in tokens(text, cut=cut):
        yield "", text[last:start]
        yield kind, text[start:end]
        last = end


def _lines(pieces: Iterable[tuple[str, str]], mark: str = "") -> Iterator[list[Span]]:
    """Pieces of JSON as spans, line by line."""
    line = [Span(safe(mark), "warn")]
    for kind, piece in pieces:
        if piece.startswith("\n"):
            yield line
            line = [Span(piece[1:])]
        else:
            line.append(Span(safe(piece), MEANINGS.get(kind, "")))
    yield line
