"""Lists: aligned columns for eyes, tab-separated lines for pipes, in one table of columns each.

Lines come out as rows come in: widths are those of the first page, and later rows are cut to them.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import chain, islice
from typing import Generic, NamedTuple, TypeVar

from whcli.model import Attempt, Gap, Record
from whcli.view import words
from whcli.view.text import fit, pad, safe
from whcli.view.text import width as cells_of
from whcli.view.theme import Line, Span, Style, fold
from whcli.view.words import foreign, utc

GAP = 2
"""Cells between columns."""

PAGE = 64
"""Rows that are looked at before the first line is out."""

T = TypeVar("T")


class Column(NamedTuple, Generic[T]):
    """One column: what it shows of a value, and how much room that deserves."""

    title: str
    rank: int
    """1 is the last to go; the highest is left out first where there is no room for all."""
    least: int
    """Cells below which the column says nothing and is left out."""
    good: int
    """Cells it gets, if it has use for them, before a column of higher rank gets any."""
    most: int
    shown: Callable[[T], Span]
    plain: Callable[[T], object] = lambda _: None
    """The value for a script: exact and unstyled; None is an empty field."""
    right: bool = False


def layout(columns: Sequence[Column[T]], wanted: Sequence[int], room: int) -> list[int]:
    """Cells of each column, 0 for one left out; with the gaps never more than `room` together."""
    useful = [min(cells, column.most) for cells, column in zip(wanted, columns, strict=True)]
    order = sorted(filter(useful.__getitem__, range(len(columns))), key=lambda index: columns[index].rank)
    given = [0] * len(columns)
    left = room + GAP
    for index in order:
        if left - GAP >= min(useful[index], columns[index].least):
            given[index] = min(useful[index], columns[index].good, left - GAP)
            left -= given[index] + GAP
    for index in filter(given.__getitem__, order):
        more = min(useful[index] - given[index], left)
        given[index] += more
        left -= more
    return given


def row(columns: Sequence[Column[T]], cells: Sequence[Span], widths: Sequence[int]) -> list[Span]:
    """Cells set into their columns, each followed by a gap, as the spans of one line."""
    line: list[Span] = []
    for column, cell, room in zip(columns, cells, widths, strict=True):
        if room:
            text = fit(cell.text, room)
            blank = " " * (room - cells_of(text))
            before, after = (blank, "") if column.right else ("", blank)
            line += [Span(before), Span(text, cell.meaning), Span(after + " " * GAP)]
    return line


def table(columns: Sequence[Column[T]], values: Iterable[T], *, width: int | None, style: Style) -> Iterator[str]:
    """Values as lines: aligned under a header within `width` cells, or tab-separated where that is None.

    Nothing at all, not even a header, for no values.
    """
    if width is None:
        for value in values:
            yield "\t".join(_plain(column.plain(value)) for column in columns)
        return
    stream = iter(values)
    page = [[column.shown(value) for column in columns] for value in islice(stream, PAGE)]
    if not page:
        return
    titles = [Span(column.title, "dim") for column in columns]
    wanted = [max(cells_of(cell.text) for cell in cells) for cells in zip(titles, *page, strict=True)]
    widths = layout(columns, wanted, width)
    later = ([column.shown(value) for column in columns] for value in stream)
    for cells in chain([titles], page, later):
        yield style.line(row(columns, cells, widths)).rstrip()


def _plain(value: object) -> str:
    return "" if value is None else safe(str(value))


def deliveries(records: Iterable[Record], *, width: int | None, style: Style, now: datetime) -> Iterator[str]:
    """The lines of `list`.

    In a pipe, separated by tabs: id, time, provider, event type, event id, bytes, verdict, status, id of the
    first delivery of the same event, endpoint.
    """
    time = partial(words.moment, now=now)
    columns: tuple[Column[Record], ...] = (
        Column("ID", 1, 1, 12, 12, lambda r: Span(f"{r.delivery.id}", "strong"), lambda r: r.delivery.id, right=True),
        Column("TIME", 4, 8, 11, 11, lambda r: time(r.delivery.received_at), lambda r: utc(r.delivery.received_at)),
        Column("PROVIDER", 5, 4, 8, 16, lambda r: foreign(r.delivery.provider), lambda r: r.delivery.provider),
        Column("EVENT", 2, 8, 24, 40, lambda r: words.event(r.delivery), lambda r: r.delivery.event_type),
        Column("EVENT ID", 8, 8, 12, 40, lambda r: foreign(r.delivery.event_id), lambda r: r.delivery.event_id),
        Column("SIZE", 7, 7, 8, 8, _size, lambda r: len(r.delivery.request.body), right=True),
        Column("SIGNATURE", 3, 1, 11, 11, lambda r: words.judged(r.verdict), lambda r: r.verdict and r.verdict.outcome),
        Column("STATUS", 3, 3, 6, 6, lambda r: words.answered(r.status), lambda r: r.status),
        Column("NOTE", 6, 7, 14, 14, _note, lambda r: r.duplicate_of),
        Column("ENDPOINT", 9, 8, 12, 40, lambda r: foreign(r.delivery.endpoint), lambda r: r.delivery.endpoint),
    )
    return table(columns, records, width=width, style=style)


def attempts(sent: Iterable[Attempt], *, width: int | None, style: Style, now: datetime) -> Iterator[str]:
    """Attempts as a list.

    In a pipe, separated by tabs: id, delivery, cause, number, time, target, milliseconds, status, error.
    """
    time = partial(words.moment, now=now)
    columns: tuple[Column[Attempt], ...] = (
        Column("ID", 1, 1, 12, 12, lambda a: Span(f"{a.id}", "strong"), lambda a: a.id, right=True),
        Column("DELIVERY", 4, 3, 12, 12, _delivery, lambda a: a.delivery_id, right=True),
        Column("CAUSE", 5, 4, 7, 7, lambda a: Span(a.cause), lambda a: a.cause),
        Column("NO", 7, 2, 3, 4, lambda a: Span(f"{a.number}"), lambda a: a.number, right=True),
        Column("TIME", 6, 8, 11, 11, lambda a: time(a.started_at), lambda a: utc(a.started_at)),
        Column("TARGET", 3, 10, 28, 60, lambda a: foreign(a.target), lambda a: a.target),
        Column("TOOK", 6, 4, 6, 8, lambda a: Span(words.took(a.duration), "dim"), _milliseconds, right=True),
        Column("STATUS", 2, 3, 6, 6, lambda a: words.answered(_status(a)), _status),
        Column("ERROR", 2, 8, 24, 200, lambda a: Span(safe(a.error or ""), "bad"), lambda a: a.error),
    )
    return table(columns, sent, width=width, style=style)


def gaps(found: Iterable[Gap], *, width: int | None, style: Style, now: datetime) -> Iterator[str]:
    """The times in which a tunnel was down.

    In a pipe, separated by tabs: beginning, end, tunnel, public URL, reason.
    """
    time = partial(words.moment, now=now)
    columns: tuple[Column[Gap], ...] = (
        Column("FROM", 1, 8, 11, 11, lambda g: time(g.began_at), lambda g: utc(g.began_at)),
        Column("TO", 2, 8, 11, 11, lambda g: time(g.ended_at) if g.ended_at else words.NONE, _end),
        Column("TUNNEL", 4, 5, 8, 16, lambda g: Span(g.tunnel), lambda g: g.tunnel),
        Column("REASON", 3, 10, 40, 90, lambda g: foreign(g.reason), lambda g: g.reason),
        Column("PUBLIC URL", 5, 10, 30, 60, lambda g: foreign(g.public_url), lambda g: g.public_url),
    )
    return table(columns, found, width=width, style=style)


def pairs(items: Iterable[tuple[str, Line]], *, width: int | None, style: Style) -> Iterator[str]:
    """Names and what they stand for, in two columns; long values continue under themselves."""
    known = [(name, list(line)) for name, line in items]
    indent = max((cells_of(name) for name, _ in known), default=0) + GAP
    for name, line in known:
        for spans in fold([Span(pad(name, indent), "dim"), *line], width, indent=indent):
            yield style.line(spans).rstrip()


def _end(gap: Gap) -> str | None:
    return utc(gap.ended_at) if gap.ended_at else None


def _size(record: Record) -> Span:
    return Span(words.size(len(record.delivery.request.body)))


def _note(record: Record) -> Span:
    return Span("" if record.duplicate_of is None else f"dup #{record.duplicate_of}", "warn")


def _delivery(attempt: Attempt) -> Span:
    return words.NONE if attempt.delivery_id is None else Span(f"{attempt.delivery_id}")


def _status(attempt: Attempt) -> int | None:
    return attempt.response.status if attempt.response else None


def _milliseconds(attempt: Attempt) -> int:
    return attempt.duration // timedelta(milliseconds=1)
