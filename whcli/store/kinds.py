"""Deliveries of a kind, newest first, however rare: what stands behind every filter that an index can serve.

A kind is a provider, an event type and an endpoint. An index holds the deliveries of one kind beside each other, by
time. There are few kinds among a million deliveries: those that match are found by steps from one to the next,
walked each by itself, and the walks are merged. So what a filter costs depends on what it finds, not on what it
passes over.

Verdicts and answers have an index of what is not as it should be, and of nothing else: most are, so they cost
nothing to store, and are soon found by looking at one delivery after the other.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from heapq import merge
from itertools import count
from typing import Any, NamedTuple

from whcli.filters import Filter, endpoint_path, is_glob, matches
from whcli.store.rows import Row, micros

Ask = Callable[[str, list[Any]], Iterator[Row]]
"""Runs a statement with its values."""

GOOD_VERDICTS = ("valid", "unchecked")
GOOD_STATUS = (200, 299)
IS_GOOD = {
    "verdicts": "(outcome IN ({!r}, {!r}))".format(*GOOD_VERDICTS),
    "attempts": "(status BETWEEN {} AND {})".format(*GOOD_STATUS),
}
"""What is as it should be, or may be, as a condition: the indexes leave it out, and their statements have to say so."""

MOST_STEPS = 400
"""From kind to kind; with more (an endpoint for each customer) it is no longer sooner than looking at each delivery."""
MANY = 2000
"""Deliveries that are no longer few: so many of a million are soon found by looking at each."""
FIRST_AT_ONCE, MOST_AT_ONCE = 4, 1024
"""Deliveries of a kind that are asked for at once."""
FIRST, LAST = -(1 << 63), (1 << 63) - 1
"""The numbers that SQLite has."""
KIND = "deliveries INDEXED BY idx_deliveries_kind"


class _Column(NamedTuple):
    """What is asked of one column of a kind."""

    name: str
    exactly: Any = None
    test: Callable[[Any], bool] | None = None


def newest(ask: Ask, wanted: Filter) -> Iterator[int] | None:
    """Ids of deliveries, all that a filter asks for among them, newest first; None where no index can serve it.

    Whether each is what is asked for is for the caller to see.
    """
    found = _few(ask, wanted)
    if found is None and (wanted.provider or wanted.event or wanted.endpoint):
        provider = _Column("provider", wanted.provider or None)
        endpoint = _Column("endpoint", endpoint_path(wanted.endpoint) if wanted.endpoint else None)
        found = _walk(ask, [provider, _event(wanted.event), endpoint], wanted)
    return found


def _few(ask: Ask, wanted: Filter) -> Iterator[int] | None:
    """Deliveries that had the verdict or the status at some time; None where that is usual, or many had it."""
    first, last = wanted.status or (0, 0)
    for bad, sql, values in (
        (wanted.verdict and wanted.verdict not in GOOD_VERDICTS, _FEW_VERDICTS, [wanted.verdict]),
        (wanted.status and (last < GOOD_STATUS[0] or first > GOOD_STATUS[1]), _FEW_STATUSES, [first, last]),
    ):
        if bad and len(ids := [id_ for (id_,) in ask(sql, values)]) < MANY:
            return (id_ for (id_,) in ask(_BY_TIME, [json.dumps(ids)]))
    return None


_FEW_VERDICTS = (
    f"SELECT DISTINCT delivery_id FROM verdicts WHERE outcome = ? AND NOT {IS_GOOD['verdicts']} LIMIT {MANY}"
)
_FEW_STATUSES = (
    f"SELECT DISTINCT delivery_id FROM attempts WHERE status BETWEEN ? AND ? AND NOT {IS_GOOD['attempts']} LIMIT {MANY}"
)
_BY_TIME = (
    "SELECT d.id FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value ORDER BY d.received_at DESC, d.id DESC"
)


def _event(glob: str | None) -> _Column:
    if glob and is_glob(glob):
        return _Column("event_type", test=lambda value: value is not None and matches(glob, value))
    return _Column("event_type", glob or None)


def _walk(ask: Ask, columns: list[_Column], wanted: Filter) -> Iterator[int] | None:
    """The deliveries of every kind that matches; None if there are too many kinds to see to."""
    tests = "".join(f"{column.name} IS ? AND " for column in columns)
    sql = (
        f"SELECT received_at, id FROM {KIND} WHERE {tests} received_at >= ? AND (received_at, id) < (?, ?)"
        " ORDER BY received_at DESC, id DESC LIMIT ?"
    )
    since = micros(wanted.since) if wanted.since else FIRST
    until = micros(wanted.until) if wanted.until else LAST
    with suppress(_TooMany):
        kinds = list(_kinds(ask, columns, [], count()))
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


def _kinds(ask: Ask, columns: list[_Column], known: list[Any], steps: Iterator[int]) -> Iterator[list[Any]]:
    """Every kind that begins with the values known and matches."""
    if len(known) == len(columns):
        yield known
        return
    column = columns[len(known)]
    values: Iterable[Any] = [column.exactly]
    if column.exactly is None:
        values = filter(column.test or _any, _values(ask, columns, known, steps))
    for value in values:
        yield from _kinds(ask, columns, [*known, value], steps)


def _any(_: object) -> bool:
    return True


def _values(ask: Ask, columns: list[_Column], known: list[Any], steps: Iterator[int]) -> Iterator[Any]:
    """The different values of the column behind those known, by one step of the index each; None is the first."""
    name = columns[len(known)].name
    begin = f"SELECT {name} FROM {KIND} WHERE " + "".join(
        f"{column.name} IS ? AND " for column in columns[: len(known)]
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
