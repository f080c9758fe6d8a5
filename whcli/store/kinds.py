"""Deliveries of a kind, newest first, however rare: the walk behind every filter that an index can serve.

A kind is a provider, an event type and an endpoint; or an outcome or a status, a provider and an endpoint. Each index
holds the deliveries of one kind beside each other, by time. There are few kinds among a million deliveries: those
that match are found by steps from one to the next, walked each by itself, and the walks are merged. So what a
filter costs depends on what it finds, not on what it passes over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from heapq import merge
from itertools import count
from typing import Any, NamedTuple

from whcli.filters import Filter, endpoint_path, is_glob, matches
from whcli.store.rows import Row, micros

Ask = Callable[[str, list[Any]], Iterator[Row]]
"""Runs a statement with its values."""

MOST_STEPS = 400
"""From kind to kind; with more (an endpoint for each customer) it is no longer sooner than looking at each delivery."""
MANY = 5000
"""Deliveries that are counted, at most, to look at fewer of them."""
FIRST_AT_ONCE, MOST_AT_ONCE = 4, 1024
"""Deliveries of a kind that are asked for at once."""
FIRST, LAST = -(1 << 63), (1 << 63) - 1
"""The numbers that SQLite has."""


class _Column(NamedTuple):
    """What is asked of one column of a kind."""

    name: str
    exactly: Any = None
    test: Callable[[Any], bool] | None = None


class _Index(NamedTuple):
    """Where deliveries stand by their kind."""

    source: str
    id: str
    columns: list[_Column]
    """In their order in it; the time and the id follow."""


def newest(ask: Ask, wanted: Filter) -> Iterator[int] | None:
    """Ids of deliveries, all that a filter asks for among them, newest first; None where no index can serve it.

    What they hold, and whether they still are of that kind, is for the caller to see.
    """
    index = _index(ask, wanted)
    return None if index is None else _walk(ask, index, wanted)


def _index(ask: Ask, wanted: Filter) -> _Index | None:
    """The one to walk: by kind, by outcome or by status; where several can serve, the one with fewest to look at."""
    provider = _Column("provider", wanted.provider or None)
    endpoint = _Column("endpoint", endpoint_path(wanted.endpoint) if wanted.endpoint else None)
    found: list[tuple[_Index, str, list[Any]]] = []
    if wanted.event or ((wanted.provider or wanted.endpoint) and not (wanted.verdict or wanted.status)):
        by_kind = _Index("deliveries INDEXED BY idx_deliveries_kind", "id", [provider, _event(wanted.event), endpoint])
        found.append((by_kind, "deliveries", []))
    if wanted.verdict:
        by_outcome = _Index("outcomes", "delivery_id", [_Column("outcome", wanted.verdict), provider, endpoint])
        found.append((by_outcome, "outcomes WHERE outcome = ?", [wanted.verdict]))
    if wanted.status:
        first, last = wanted.status
        status = _Column("status", test=lambda value: first <= value <= last)
        by_status = _Index("statuses", "delivery_id", [status, provider, endpoint])
        found.append((by_status, "statuses WHERE status BETWEEN ? AND ?", [first, last]))
    if len(found) > 1:
        found.sort(key=lambda each: _count(ask, *each[1:]))
    return found[0][0] if found else None


def _count(ask: Ask, some: str, values: list[Any]) -> int:
    """How many there are, or MANY."""
    [(found,)] = ask(f"SELECT count(*) FROM (SELECT 1 FROM {some} LIMIT {MANY})", values)
    return int(found)


def _event(glob: str | None) -> _Column:
    if glob and is_glob(glob):
        return _Column("event_type", test=lambda value: value is not None and matches(glob, value))
    return _Column("event_type", glob or None)


def _walk(ask: Ask, index: _Index, wanted: Filter) -> Iterator[int] | None:
    """The deliveries of every kind that matches; None if there are too many kinds to see to."""
    tests = "".join(f"{column.name} IS ? AND " for column in index.columns)
    sql = (
        f"SELECT received_at, {index.id} FROM {index.source} WHERE {tests} received_at >= ?"
        f" AND (received_at, {index.id}) < (?, ?) ORDER BY received_at DESC, {index.id} DESC LIMIT ?"
    )
    since = micros(wanted.since) if wanted.since else FIRST
    until = micros(wanted.until) if wanted.until else LAST
    with suppress(_TooMany):
        kinds = list(_kinds(ask, index, [], count()))
        walks = [_pages(ask, sql, [*kind, since], until) for kind in kinds]
        return (id_ for _, id_ in merge(*walks, reverse=True))
    return None


def _pages(ask: Ask, sql: str, values: list[Any], until: int) -> Iterator[Row]:
    """The deliveries of one kind, few at first: most kinds have none among the newest."""
    last: Row = (until, LAST)
    size = FIRST_AT_ONCE
    while page := list(ask(sql, [*values, *last, size])):
        yield from page
        last = page[-1]
        size = min(4 * size, MOST_AT_ONCE)


class _TooMany(Exception):
    """More kinds than there is time for."""


def _kinds(ask: Ask, index: _Index, known: list[Any], steps: Iterator[int]) -> Iterator[list[Any]]:
    """Every kind that begins with the values known and matches."""
    if len(known) == len(index.columns):
        yield known
        return
    column = index.columns[len(known)]
    values: Iterable[Any] = [column.exactly]
    if column.exactly is None:
        values = filter(column.test or _any, _values(ask, index, known, steps))
    for value in values:
        yield from _kinds(ask, index, [*known, value], steps)


def _any(_: object) -> bool:
    return True


def _values(ask: Ask, index: _Index, known: list[Any], steps: Iterator[int]) -> Iterator[Any]:
    """The different values of the column behind those known, by one step of the index each; None is the first."""
    name = index.columns[len(known)].name
    begin = f"SELECT {name} FROM {index.source} WHERE " + "".join(
        f"{column.name} IS ? AND " for column in index.columns[: len(known)]
    )
    end = f" ORDER BY {name} LIMIT 1"
    found = list(ask(f"{begin} 1 {end}", known))
    while found:
        if next(steps) == MOST_STEPS:
            raise _TooMany
        [(value,)] = found
        yield value
        if value is None:
            found = list(ask(f"{begin} {name} IS NOT NULL {end}", known))
        else:
            found = list(ask(f"{begin} {name} > ? {end}", [*known, value]))
