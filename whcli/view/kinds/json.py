"""JSON, indented and coloured, with every token as it came; and JSON by lines."""

from __future__ import annotations

from collections.abc import Iterator

from whcli.jsontext import pretty, tokens
from whcli.view.kinds import Content, Lines, decode
from whcli.view.text import safe
from whcli.view.theme import Meaning, Span

MEANINGS: dict[str, Meaning] = {"key": "name", "string": "string", "number": "number", "literal": "literal"}


def document(body: bytes, content: Content) -> Lines:
    """One JSON value. A byte order mark, which RFC 8259 (8.1) forbids, is shown and passed over."""
    text = decode(body, content)
    mark = text[:1] if text.startswith("\ufeff") else ""
    return _colored(pretty(text[len(mark) :]), mark)


def records(body: bytes, content: Content) -> Lines:
    """JSON by lines (NDJSON, JSON Lines): each value on its line, as it came."""
    lines = [line for line in decode(body, content).split("\n") if line.strip()]
    if not lines:
        raise ValueError("no JSON on any line")
    return [spans for line in lines for spans in _colored(line.strip())]


def _colored(text: str, mark: str = "") -> Iterator[list[Span]]:
    """JSON text as spans, line by line; blanks between tokens are kept."""
    line = [Span(safe(mark), "warn")]
    last = 0
    for kind, start, end in tokens(text):
        blank = text[last:start]
        if blank.startswith("\n"):
            yield line
            line = []
            blank = blank[1:]
        line += [Span(safe(blank)), Span(safe(text[start:end]), MEANINGS.get(kind, ""))]
        last = end
    yield line
