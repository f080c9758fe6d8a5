"""The few styles, by what they mean, and lines made of styled spans.

A line is measured and cut as plain text and styled last, so colour can never disturb a width.
"""

from collections.abc import Iterable, Iterator
from typing import Literal, NamedTuple

from whcli.view.text import fit, reach, width

Meaning = Literal["", "ok", "bad", "warn", "dim", "strong", "name", "string", "number", "literal"]

SGR: dict[Meaning, str] = {
    "ok": "32",
    "bad": "31",
    "warn": "33",
    "dim": "2",
    "strong": "1",
    "name": "36",
    "string": "32",
    "number": "33",
    "literal": "35",
}
"""Select Graphic Rendition codes (ECMA-48, 8.3.117); from the eight colours that every theme makes legible."""


class Span(NamedTuple):
    """Safe text of one meaning."""

    text: str
    meaning: Meaning = ""


Line = Iterable[Span]


class Style(NamedTuple):
    """How meanings are shown. Whether there is colour is the caller's to know."""

    color: bool = False

    def __call__(self, meaning: Meaning, text: str) -> str:
        """Text with the codes of its meaning; as it is without colour."""
        return f"\x1b[{SGR[meaning]}m{text}\x1b[0m" if self.color and meaning and text else text

    def line(self, spans: Line, room: int | None = None) -> str:
        """Spans as one line; `…` in the place of what does not fit in `room` cells."""
        return "".join(self(span.meaning, span.text) for span in (spans if room is None else cut(spans, room)))


def cut(spans: Line, room: int) -> list[Span]:
    """Spans in at most `room` cells together; the last of them ends in `…` if any did not fit."""
    kept: list[Span] = []
    given = list(spans)
    over = sum(width(span.text) for span in given) > room
    for span in given:
        taken = width(span.text)
        if over and taken >= room:
            return [*kept, Span(fit(span.text + "…", room), span.meaning)]
        kept.append(span)
        room -= taken
    return kept


def fold(spans: Line, room: int | None, *, indent: int = 0) -> Iterator[list[Span]]:
    """Spans as lines of at most `room` cells, nothing lost; lines after the first stand in by `indent`.

    Lines break after a blank where one stands in their second half.
    """
    if room is None:
        yield list(spans)
        return
    inset = indent if indent < room - 1 else 0
    line: list[Span] = []
    left = room
    for text, meaning in spans:
        start = 0
        while (end := reach(text, start, left)) < len(text):
            blank = text.rfind(" ", (start + end) // 2, end)
            end = blank + 1 if blank >= 0 else end
            if end == start and not line:  # a wide character where there is room for none
                end += 1
            yield [*line, Span(text[start:end], meaning)]
            line, left, start = [Span(" " * inset)] if inset else [], room - inset, end
        line.append(Span(text[start:], meaning))
        left -= width(text[start:])
    yield line
