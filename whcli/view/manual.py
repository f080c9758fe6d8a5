"""A page of help: how a command is called, what it does, examples to copy, and its options in columns."""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from whcli.view.text import width as cells_of
from whcli.view.theme import Line, Span, Style, fold

INSET = 2
"""Cells before what stands below a title, and between its columns."""

WIDEST = 30
"""Cells of a first column; what is longer has its explanation below it."""

READABLE = 100
"""Cells of a line of prose, on however wide a terminal."""


class Entry(NamedTuple):
    """An option, an argument or a command: how it is spelled, and what it is for."""

    names: Sequence[str]
    """In the order they are shown: `-n`, `--limit`."""
    about: str
    takes: str = ""
    """A word for its value; empty where it takes none."""
    default: str = ""
    """What holds where it is not given, unless that is nothing."""
    required: bool = False
    variable: str = ""
    """The environment variable that stands in for it."""


class Section(NamedTuple):
    """Entries under a title."""

    title: str
    entries: Sequence[Entry]


class Page(NamedTuple):
    """All that is told of a command."""

    usage: str
    paragraphs: Sequence[str]
    examples: Sequence[str]
    sections: Sequence[Section]


def page(what: Page, *, width: int, style: Style) -> Iterator[str]:
    """A page as lines of at most `width` cells."""
    room = min(width, READABLE)
    yield from _folded([Span("Usage: ", "strong"), Span(what.usage)], room, style, indent=INSET)
    for paragraph in what.paragraphs:
        yield ""
        yield from _folded([Span(paragraph)], room, style)
    if what.examples:
        yield from ("", style("strong", "Examples:"))
        for example in what.examples:
            yield from _folded([Span(" " * INSET), Span(example, "name")], width, style, indent=2 * INSET)
    short = any(
        len(name) == len("-x") for section in what.sections for entry in section.entries for name in entry.names
    )
    for section in what.sections:
        yield from ("", style("strong", f"{section.title}:"))
        yield from _columns(section.entries, room, style, inset=len("-x, ") if short else 0)


def _columns(entries: Sequence[Entry], room: int, style: Style, *, inset: int) -> Iterator[str]:
    """Each entry's spelling, and beside it, or below where that is long, what it is for."""
    terms = [_term(entry, inset) for entry in entries]
    widths = [sum(cells_of(span.text) for span in term) for term in terms]
    column = max((each for each in widths if each <= WIDEST), default=0) + 2 * INSET
    for entry, term, taken in zip(entries, terms, widths, strict=True):
        line, left = [Span(" " * INSET), *term], column - INSET - taken
        if left < INSET:
            yield from _folded(line, room, style, indent=2 * INSET)
            line, left = [], column
        yield from _folded([*line, Span(" " * left), Span(_about(entry))], room, style, indent=column)


def _term(entry: Entry, inset: int) -> list[Span]:
    """How an entry is spelled: `-n, --limit N`, a long option that has no short name below the long ones of others."""
    first, *more = entry.names
    spans = [Span(" " * inset if first.startswith("--") else ""), Span(first, "name")]
    spans += chain.from_iterable((Span(", "), Span(name, "name")) for name in more)
    return [*spans, Span(f" {entry.takes}")] if entry.takes else spans


def _about(entry: Entry) -> str:
    """What an entry is for, that it is required, what holds without it."""
    parts = (
        entry.about,
        entry.required and "Required.",
        entry.default and f"Default: {entry.default}.",
        entry.variable and f"Or {entry.variable}.",
    )
    return " ".join(part for part in parts if part)


def _folded(line: Line, room: int, style: Style, *, indent: int = 0) -> Iterator[str]:
    return (style.line(part).rstrip() for part in fold(line, room, indent=indent))
