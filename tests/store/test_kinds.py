"""Whatever filters ask for is found at once, in order, and is what looking at each delivery finds."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import chain, combinations, product
from pathlib import Path

import pytest

from whcli.filters import Filter
from whcli.http import Headers, Request, Response
from whcli.model import Attempt, Delivery, Outcome, Verdict
from whcli.store import Store, kinds, migrations, rows

NOW = datetime(2026, 3, 1, tzinfo=UTC)
KINDS = list(
    product((None, "", "github", "stripe"), (None, "", "push", "invoice.paid", "invoice.[x]"), ("/", "/webhook/stripe"))
)
FIELDS: dict[str, tuple[object, ...]] = {
    "provider": ("github", "nobody"),
    "event": ("push", "invoice.*", "[^p]*", "*", "invoice.[[]x]", "none"),
    "endpoint": ("stripe", "/", "/none"),
    "verdict": ("valid", "expired", "malformed"),
    "status": ((200, 299), (503, 503), (404, 404)),
    "since": (NOW + timedelta(seconds=100),),
    "until": (NOW + timedelta(seconds=200),),
}
FILTERS = [
    Filter(**dict(zip(names, values, strict=True)))  # type: ignore[arg-type]  # values of many kinds
    for names in chain.from_iterable(combinations(FIELDS, size) for size in range(3))
    for values in product(*(FIELDS[name] for name in names))
]


def fill(path: Path, *, steps: int = migrations.VERSION) -> None:
    """Deliveries of all kinds, not stored in the order of their time, judged and answered more than once.

    In a file as an older version of whcli leaves it, when asked for.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.migrate(connection, steps=steps)
        connection.execute("BEGIN")
        into = rows.insert("deliveries", rows.DELIVERY_COLUMNS), rows.insert("verdicts", rows.VERDICT_COLUMNS)
        for number in range(1, 4 * len(KINDS) + 1):
            provider, event, endpoint = KINDS[number % len(KINDS)]
            at = NOW + timedelta(seconds=number * 7 % 300 // 2)
            request = Request("POST", f"http://127.0.0.1{endpoint}")
            each = Delivery(0, at, endpoint, request, b"", provider=provider, event_type=event)
            connection.execute(into[0], rows.delivery_row(each, b"{}"))
            outcomes: tuple[Outcome, ...] = (
                ("valid", "expired") if number % 9 == 0 else ("valid",) if number % 3 else ()
            )
            for place, outcome in enumerate(outcomes, 1):
                connection.execute(into[1], rows.verdict_row(Verdict(outcome, "So."), number, place))
            for status in ((503, 200), (200, None), (503,), ())[number % 4]:
                rows.insert_attempt(connection, attempt(number, status))
        rows.insert_attempt(connection, attempt(None, 503))
        connection.execute("COMMIT")


def attempt(delivery_id: int | None, status: int | None) -> Attempt:
    answer = None if status is None else Response(status, Headers(), b"")
    request = Request("POST", "http://127.0.0.1:3000/")
    return Attempt(0, delivery_id, "forward", 1, request.url, NOW, timedelta(0), request, answer, "" if answer else "x")


@pytest.fixture(scope="module", params=[3, migrations.VERSION], ids=["brought up to date", "made new"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("kinds") / "whcli.db"
    fill(path, steps=request.param)
    with Store.to_write(path) as found:
        yield found


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_the_indexes_find_what_looking_at_each_finds(store: Store, wanted: Filter) -> None:
    each = [(record.delivery.received_at, record.delivery.id) for record in store.records(wanted, after=0)]
    assert each == sorted(each, reverse=True)
    assert [(record.delivery.received_at, record.delivery.id) for record in store.records(wanted)] == each
    assert [record.delivery.id for record in store.records(wanted, until=20)] == [id_ for _, id_ in each if id_ <= 20]


@pytest.mark.parametrize("wanted", FILTERS[1:], ids=str)
def test_filters_of_kinds_are_served_by_an_index(store: Store, wanted: Filter) -> None:
    served = kinds.newest(store._query, wanted) is not None
    rare = wanted.verdict in ("expired", "malformed") or wanted.status in ((503, 503), (404, 404))
    assert served == (rare or any((wanted.provider, wanted.event, wanted.endpoint)))


def test_what_many_have_is_found_by_looking_at_each(store: Store) -> None:
    assert kinds.newest(store._query, Filter(verdict="valid")) is None
    assert kinds.newest(store._query, Filter(status=(200, 299))) is None
    assert kinds.newest(store._query, Filter(status=(100, 599))) is None


@pytest.mark.parametrize("sql", [kinds._FEW_VERDICTS, kinds._FEW_STATUSES])
def test_what_is_not_good_is_read_off_its_index(store: Store, sql: str) -> None:
    plan = [row[3] for row in store._query(f"EXPLAIN QUERY PLAN {sql}", [500] * sql.count("?"))]
    assert "COVERING INDEX" in plan[0]


def test_with_too_many_kinds_each_delivery_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    Store.to_write(path).close()
    with closing(sqlite3.connect(path)) as connection, connection:
        into = rows.insert("deliveries", rows.DELIVERY_COLUMNS)
        for number in range(kinds.MOST_STEPS + 9):
            each = Delivery(0, NOW, f"/{number}", Request("POST", "/"), b"", provider="stripe", event_type="push")
            connection.execute(into, rows.delivery_row(each, b""))
    with Store.to_read(path) as store:
        assert kinds.newest(store._query, Filter(provider="stripe")) is None
        assert [each.delivery.id for each in store.records(Filter(provider="stripe"), limit=2)] == [409, 408]
        assert [each.delivery.id for each in store.records(Filter(endpoint="/7"))] == [8]


def test_a_kind_is_found_whatever_stands_before_it(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    fill(path)
    with closing(sqlite3.connect(path)) as connection, connection:
        into = rows.insert("deliveries", rows.DELIVERY_COLUMNS)
        each = Delivery(
            0, NOW + timedelta(days=1), "/", Request("POST", "/"), b"", provider="stripe", event_type="push"
        )
        connection.executemany(into, [rows.delivery_row(each, b"")] * 5000)
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with Store.to_read(path) as store:
        store._connection.set_progress_handler(count, 1000)
        for wanted in (
            Filter(event="invoice.*"),
            Filter(endpoint="none"),
            Filter(verdict="expired"),
            Filter(status=(404, 404)),
        ):
            list(store.records(wanted, limit=5))
    assert steps < 20  # thousands of SQLite's own steps: a look at each delivery would take ten times as many
