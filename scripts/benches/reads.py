"""Queries over a large database, as the commands ask them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from itertools import combinations, islice
from pathlib import Path
from shutil import copyfile
from statistics import median
from typing import Any

from benches import data
from benches.measure import Goal, Setting, in_turns
from whcli.filters import Filter
from whcli.store import Store

Cases = dict[str, tuple[Callable[[], object], Goal | None]]
"""What is asked, by what it is called, and the goal."""

QUERY = Goal(5)
"""Milliseconds of one query."""
INDEXED = Goal(20)
"""Milliseconds of a text search with the optional index."""
WHOLE = 3.0
"""Seconds in which a text search has looked through a million deliveries."""


def run(setting: Setting) -> None:
    """Newest 20 and by id; by every filter, common and rare, alone and together; text search without and with index."""
    db = setting.folder / f"reads-{setting.rows}.db"
    _made(setting, db, lambda part: data.build(part, setting.rows, answered=True))
    with Store.to_read(db) as store:
        _figures(setting, _queries(store, setting.rows))
        _slowest(setting, store)
        _figures(setting, {
            "search, first hit (1 in 50 has one)": (_first(store, Filter(search=data.COMMON), 1), QUERY),
            "search, newest 20": (_first(store, Filter(search=data.COMMON), 20), None),
            "where, newest 20 (1 in 8)": (_first(store, Filter(where=((("type",), data.EVENTS[0]),)), 20), QUERY),
        })  # fmt: skip
        _whole_search(setting, store)
    indexed = db.with_suffix(".indexed.db")
    _made(setting, indexed, lambda part: _index(db, part))
    with Store.to_read(indexed) as store:
        _figures(setting, {
            "index: search, newest 20": (_first(store, Filter(search=data.COMMON), 20), INDEXED),
            "index: search, the only hit": (_first(store, Filter(search=data.NEEDLE), 20), INDEXED),
            "index: search, no hit": (_first(store, Filter(search="no such text at all"), 20), INDEXED),
            "index: search, newest 20 of a provider": (
                _first(store, Filter(search=data.COMMON, provider=data.PROVIDERS[0]), 20), INDEXED,
            ),
        })  # fmt: skip


def _made(setting: Setting, db: Path, make: Callable[[Path], object]) -> None:
    """Make a database, unless an earlier run has."""
    if db.exists():
        setting.report.note(f"{db.name} is of an earlier run: {_size(db)}")
        return
    part, began = db.with_suffix(".part"), time.perf_counter()
    make(part)
    part.rename(db)
    setting.report.note(f"{db.name} made in {time.perf_counter() - began:.0f} s: {_size(db)}")


def _index(source: Path, part: Path) -> None:
    copyfile(source, part)
    with Store.to_write(part) as store:
        for _ in store.index():
            pass


def _queries(store: Store, rows: int) -> Cases:
    middle = rows // 2
    event_id = store.record(middle).delivery.event_id or ""
    cases: Cases = {
        "newest 20": (_first(store, Filter(), 20), QUERY),
        "by id, with its body": (lambda: store.record(middle), QUERY),
        "by event id": (lambda: store.ids_of_event(event_id), QUERY),
        "by the beginning of an event id": (lambda: store.ids_of_event(event_id[:6]), QUERY),
        "by a beginning of many event ids": (lambda: store.ids_of_event(event_id[:1]), QUERY),
        "a provider, newest 20": (_first(store, Filter(provider="stripe"), 20), QUERY),
        "a provider that never called": (_first(store, Filter(provider="twilio"), 20), QUERY),
        "events like 'p*', newest 20": (_first(store, Filter(event="p*"), 20), QUERY),
        "an event that never came": (_first(store, Filter(event="no.such"), 20), QUERY),
    }
    for name, value in _values(data.RARE).items():
        cases[f"{name}, the three there are"] = (_first(store, Filter(**value), 20), QUERY)
    for name, value in _values(_COMMON).items():
        cases[f"{name}, newest 20"] = (_first(store, Filter(**value), 20), QUERY)
    return cases


_COMMON = {"provider": "stripe", "endpoint": "stripe", "event": "push", "verdict": "valid", "status": 200}


def _values(of: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Each as the field of a filter."""
    return {name: {name: (value, value) if name == "status" else value} for name, value in of.items()}


def _slowest(setting: Setting, store: Store) -> None:
    """Every pair of filters, common and rare, at any time and in two spans: the slowest counts."""
    at = data.START + setting.rows // 2 * data.BETWEEN
    spans: list[dict[str, Any]] = [{}, {"until": at}, {"since": at, "until": at + timedelta(hours=2)}]
    values = [*_values(_COMMON).values(), *_values(data.RARE).values()]
    wanted = [
        Filter(**one, **two, **span) for one, two in combinations(values, 2) if not one.keys() & two for span in spans
    ]
    times = {each: _timed(_first(store, each, 20)) for each in wanted}
    found = in_turns(min(setting.rounds, 3), times)
    slowest = max(found, key=lambda each: median(found[each]))
    setting.report.figure(f"the slowest of {len(wanted)} pairs of filters", found[slowest], unit="ms", goal=QUERY)
    setting.report.note(f"  {', '.join(f'{name} {value}' for name, value in slowest._asdict().items() if value)}")


def _figures(setting: Setting, cases: Cases) -> None:
    in_turns(1, {name: case for name, (case, _) in cases.items()})
    found = in_turns(setting.rounds, {name: _timed(case) for name, (case, _) in cases.items()})
    for name, values in found.items():
        setting.report.figure(name, values, unit="ms", goal=cases[name][1])


def _whole_search(setting: Setting, store: Store) -> None:
    """Every body looked at: the only hit is the oldest delivery."""
    scale = max(setting.rows / 1_000_000, 1e-9)
    hits: list[int] = []

    def search() -> None:
        hits[:] = [record.delivery.id for record in store.records(Filter(search=data.NEEDLE))]

    times = in_turns(min(setting.rounds, 3), {"search": _timed(search)})["search"]
    setting.report.figure("search, all of it", [each / 1000 for each in times], unit="s", goal=Goal(WHOLE * scale))
    if hits != [1]:
        setting.report.wrong(f"the search found {hits}")


def _first(store: Store, wanted: Filter, count: int) -> Callable[[], object]:
    return lambda: list(islice(store.records(wanted), count))


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    """Milliseconds that it takes."""

    def once() -> float:
        began = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - began)

    return once


def _size(db: Path) -> str:
    return f"{db.stat().st_size / 1e9:.2f} GB"
