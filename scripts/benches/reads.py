"""Queries over a large database, as the commands ask them."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from benches import data
from benches.measure import Goal, Setting, in_turns
from whcli.filters import Filter
from whcli.store import Store

QUERY = Goal(5)


def run(setting: Setting) -> None:
    """Newest 20, by id, by event id, by provider and event and time; text search, its first line and whole."""
    db = setting.folder / f"reads-{setting.rows}.db"
    if not db.exists():
        began = time.perf_counter()
        data.build(db.with_suffix(".part"), setting.rows)
        db.with_suffix(".part").rename(db)
        setting.report.note(f"{setting.rows:,} deliveries made in {time.perf_counter() - began:.0f} s: {_size(db)}")
    else:
        setting.report.note(f"{setting.rows:,} deliveries from an earlier run: {_size(db)}")
    middle = setting.rows // 2
    at = data.START + middle * data.BETWEEN
    by_all = Filter(
        provider=data.PROVIDERS[0], event=data.EVENTS[0], since=at - timedelta(days=3), until=at + timedelta(days=3)
    )
    with Store.to_read(db) as store:
        event_id = store.record(middle).delivery.event_id or ""
        cases: dict[str, tuple[Callable[[], object], Goal | None]] = {
            "newest 20": (lambda: list(store.records(limit=20)), QUERY),
            "by id, with its body": (lambda: store.record(middle), QUERY),
            "by event id": (lambda: store.ids_of_event(event_id), QUERY),
            "by the beginning of an event id": (lambda: store.ids_of_event(event_id[:6]), QUERY),
            "provider and event and time, newest 20": (lambda: list(store.records(by_all, limit=20)), QUERY),
            "provider, newest 20": (lambda: list(store.records(Filter(provider="stripe"), limit=20)), QUERY),
            "a provider that never called": (lambda: list(store.records(Filter(provider="twilio"), limit=20)), QUERY),
            "an event that never came": (lambda: list(store.records(Filter(event="no.such"), limit=20)), None),
            "since a time, oldest 20 of a replay": (lambda: _first(store, Filter(since=at), 20), None),
            "search, first hit (1 in 50 has one)": (lambda: _first(store, Filter(search=data.COMMON), 1), QUERY),
            "search, newest 20": (lambda: _first(store, Filter(search=data.COMMON), 20), None),
        }
        in_turns(1, {name: case for name, (case, _) in cases.items()})
        found = in_turns(setting.rounds, {name: _timed(case) for name, (case, _) in cases.items()})
        for name, values in found.items():
            setting.report.figure(name, values, unit="ms", goal=cases[name][1])
        _whole_search(setting, store)


def _whole_search(setting: Setting, store: Store) -> None:
    """Every body looked at: the only hit is the oldest delivery."""
    scale = max(setting.rows / 1_000_000, 1e-9)
    hits: list[int] = []

    def search() -> None:
        hits[:] = [record.delivery.id for record in store.records(Filter(search=data.NEEDLE))]

    times = in_turns(min(setting.rounds, 3), {"search": _timed(search)})["search"]
    setting.report.figure("search, all of it", [each / 1000 for each in times], unit="s", goal=Goal(3 * scale))
    if hits != [1]:
        setting.report.wrong(f"the search found {hits}")


def _first(store: Store, wanted: Filter, count: int) -> list[object]:
    return [record for record, _ in zip(store.records(wanted), range(count), strict=False)]


def _timed(work: Callable[[], object]) -> Callable[[], float]:
    """Milliseconds that it takes."""

    def once() -> float:
        began = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - began)

    return once


def _size(db: object) -> str:
    from pathlib import Path

    return f"{Path(str(db)).stat().st_size / 1e9:.2f} GB"
