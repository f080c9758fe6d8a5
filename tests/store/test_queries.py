"""What is asked of a database: found through an index whatever it holds, and matched exactly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from whcli.errors import UsageError
from whcli.filters import Filter
from whcli.http import Request
from whcli.model import Attempt, Delivery, Verdict
from whcli.store import NEWEST_FIRST, Announcement, Store, queries
from whcli.store.writer import Answer, Writer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
SAME = 3000
"""Deliveries of one event, each to an endpoint of its own."""

FIELDS = {
    "provider": "stripe",
    "event": "invoice.paid",
    "endpoint": "/webhook/stripe",
    "since": SINCE,
    "until": UNTIL,
    "verdict": "valid",
    "status": (500, 599),
    "search": "text",
    "where": ((("a",), 1),),
}
FILTERS = [Filter(**dict(some)) for size in range(3) for some in combinations(FIELDS.items(), size)]  # type: ignore[arg-type]  # values of many kinds
FILTERS += [each._replace(event="invoice.*") for each in FILTERS if each.event]


def delivery(body: bytes = b"{}", *, endpoint: str = "/webhook/stripe", event_id: str | None = None) -> Delivery:
    return Delivery(
        id=0,
        received_at=NOW,
        endpoint=endpoint,
        request=Request("POST", "http://127.0.0.1:8400" + endpoint, body=body),
        body_sha256=sha256(body).digest(),
        provider="stripe",
        event_id=event_id,
    )


def fill(path: Path, deliveries: list[Delivery]) -> list[Answer]:
    """Store deliveries as the listener does."""
    answers: list[Answer] = []
    writer = Writer(path)
    writer.submit([(each, Verdict("valid", "It holds."), answers.append) for each in deliveries])
    writer.close()
    return answers


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.to_write(tmp_path / "whcli.db") as found:
        yield found


def plan(store: Store, sql: str, values: list[object]) -> str:
    """How SQLite goes about a statement."""
    return "\n".join(row[3] for row in store._query("EXPLAIN QUERY PLAN " + sql, values))


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_the_newest_come_in_order_from_an_index(store: Store, wanted: Filter) -> None:
    condition, values = queries.condition(wanted)
    found = plan(store, f"{queries.RECORDS_BY_TIME} WHERE {condition} ORDER BY {NEWEST_FIRST} LIMIT 20", values)
    assert found.splitlines()[0].partition("USING INDEX")[2], found
    assert "TEMP B-TREE FOR ORDER BY" not in found  # all that match would be read before the first is shown


@pytest.mark.parametrize("wanted", FILTERS, ids=str)
def test_what_is_new_is_looked_for_after_the_last_alone(store: Store, wanted: Filter) -> None:
    condition, values = queries.condition(wanted)
    found = plan(store, f"{queries.RECORDS_BY_ID} WHERE d.id > ? AND {condition} ORDER BY d.id", [1, *values])
    assert found.startswith("SEARCH d USING INTEGER PRIMARY KEY (rowid>?)")
    assert "TEMP B-TREE" not in found


def test_one_event_at_many_endpoints_is_no_work(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    answers = fill(path, [delivery(endpoint=f"/{number}", event_id="evt_1") for number in range(SAME)])
    [again] = fill(path, [delivery(endpoint="/7", event_id="evt_1")])
    assert [getattr(each, "duplicate_of", each) for each in (*answers, again)] == [None] * SAME + [8]
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += 1

    with Store.to_read(path) as store:
        store._connection.set_progress_handler(count, 100)
        records = list(store.records(limit=20))
    assert records[0].duplicate_of == 8
    assert steps < 200  # hundreds of SQLite's own steps: some for each of the twenty, none for each of the others


@pytest.mark.parametrize(
    ("body", "value", "matches"),
    [
        ({"a": 1}, 1, True),
        ({"a": None}, None, True),
        ({"b": 1}, None, False),
        ({"a": True}, True, True),
        ({"a": 1}, True, False),
        ({"a": "true"}, True, False),
        ({"a": 10**20}, 10**20, True),
        ({"a": 1}, 10**400, False),
        ({"a": {"b": [1]}}, {"b": [1]}, True),
        ({"a": "x"}, "x", True),
        ({"a": "x"}, "\udcff", False),
        ({"a": True}, 1, False),
        ({"a": 1.0}, 1, True),
        ({"a": "1"}, 1, False),
    ],
)
def test_a_value_in_a_json_body(tmp_path: Path, body: object, value: object, *, matches: bool) -> None:
    path = tmp_path / "whcli.db"
    fill(path, [delivery(json.dumps(body).encode()), delivery(b"no JSON")])
    with Store.to_read(path) as store:
        assert [each.delivery.id for each in store.records(Filter(where=((("a",), value),)))] == [1][: int(matches)]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (('a"b',), '{"a\\"b": 1}'),
        (("a\\b",), '{"a\\\\b": 1}'),
        (("café",), '{"caf\\u00e9": 1}'),
        (("café",), '{"café": 1}'),
        (("",), '{"": 1}'),
        (("0",), '{"0": 1}'),
        (("a", "b", 1, "c"), '{"a": {"b": [0, {"c": 1}]}}'),
        ((0,), "[1]"),
    ],
)
def test_a_key_is_what_it_says(tmp_path: Path, path: tuple[str | int, ...], body: str) -> None:
    db = tmp_path / "whcli.db"
    others = ('{"a": "{"}', '{"a": {"b": "[["}}', '["0"]', "1", "", "{", '{"c": 1}')
    fill(db, [delivery(text.encode()) for text in (body, *others)])
    with Store.to_read(db) as store:
        assert [each.delivery.id for each in store.records(Filter(where=((path, 1),)))] == [1]


@pytest.mark.parametrize(
    "wanted", [Filter(event="*" * (queries.LONGEST_GLOB + 1)), Filter(where=((("a",) * (queries.DEEPEST + 1), 1),))]
)
def test_what_the_database_cannot_do_is_a_mistake_in_the_words(store: Store, wanted: Filter) -> None:
    with pytest.raises(UsageError, match="at most"):
        list(store.records(wanted))


def test_what_the_database_just_can_do(store: Store) -> None:
    deepest = Filter(where=((("a",) * queries.DEEPEST, 1),))
    for wanted in (deepest, Filter(event="*" * queries.LONGEST_GLOB), Filter(event="x" * 10**6)):
        assert not list(store.records(wanted))


def test_the_last_attempts_are_read_and_how_many_there_are(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    fill(path, [delivery()])
    with Store.to_write(path) as store:
        request = Request("POST", "http://127.0.0.1:3000/")
        one = Attempt(0, 1, "replay", 1, request.url, NOW, timedelta(0), request, error="x: y")
        store.add_attempts([one] * 250)
        assert [each.id for each in store.attempts(1)] == list(range(151, 251))
        assert [each.id for each in store.attempts(1, limit=2)] == [249, 250]
        assert store.attempts_of(1) == 250


def test_events_that_begin_alike_are_told_one_by_one(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    fill(path, [delivery(event_id=each) for each in ("ab", "abc", "a", "ab", "b", "ab\U0001f600", "aB")])
    with Store.to_read(path) as store:
        assert store.ids_of_event("ab") == [("ab", 4), ("abc", 2), ("ab\U0001f600", 6)]
        assert store.ids_of_event("ab", limit=1) == [("ab", 4)]
        assert store.ids_of_event("b\0") == store.ids_of_event("c") == []


def test_a_listener_whose_file_was_replaced_withdraws_in_peace(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    with Store.to_write(path) as store:
        store.announce(Announcement(1, "http://127.0.0.1:8400", None, NOW))
        path.unlink()
        Store.to_write(path).close()
        store.withdraw("http://127.0.0.1:8400")


def test_bytes_that_are_no_text_are_in_no_row(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    fill(path, [delivery(b"caf\xe9")])
    with Store.to_read(path) as store:
        assert not list(store.records(Filter(event="\udcff")))
        assert not store.ids_of_event("\udcff")
        assert len(list(store.records(Filter(search="caf\udce9")))) == 1


def test_a_limit_may_be_any_number(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    fill(path, [delivery(), delivery()])
    with Store.to_write(path) as store:
        assert len(list(store.records(limit=10**30))) == 2
        assert list(store.index()) == [2]
        assert len(list(store.records(Filter(search="POST"), limit=10**30))) == 0
        assert len(list(store.records(limit=0))) == 0
