"""A filter as SQL, and the statements that read."""

from __future__ import annotations

import json
import operator
import sqlite3
from collections.abc import Callable
from typing import Any

from whcli.errors import UsageError
from whcli.filters import Filter, endpoint_path, is_glob
from whcli.http import HELD
from whcli.store.rows import micros

LAST_STATUS = "(SELECT a.status FROM attempts a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1)"

COLUMNS = (
    "d.id, d.received_at, d.endpoint, d.origin, d.provider, d.event_type, d.event_id, d.remote, d.method, d.url,"
    " d.headers, d.body_sha256, length(d.body)"
)
DELIVERIES = (
    f"SELECT {COLUMNS}, CASE WHEN length(d.body) <= {HELD} THEN d.body END"
    " FROM json_each(?) j CROSS JOIN deliveries d ON d.id = j.value"
)
"""The deliveries of a JSON array of ids, in its order, each with its body unless that is long."""

RECORDS = (
    f"SELECT {COLUMNS},"
    f" {LAST_STATUS},"
    " (SELECT e.id FROM deliveries e WHERE e.event_id = d.event_id AND e.id < d.id AND e.provider IS d.provider"
    "   AND e.endpoint = d.endpoint ORDER BY e.id LIMIT 1),"
    " v.outcome, v.reason, v.cause, v.fix, v.signed_at, v.secret_label"
    " FROM deliveries d LEFT JOIN verdicts v ON v.delivery_id = d.id"
    "  AND v.number = (SELECT max(number) FROM verdicts WHERE delivery_id = d.id)"
)
"""A row for each delivery with its last verdict and the status of its last attempt, but not its body."""

RECORDS_BY_TIME = RECORDS.replace("deliveries d LEFT", "deliveries d INDEXED BY idx_deliveries_received_at LEFT")
"""The same, one after the other by time: SQLite would rather sort all of a kind."""

RECORDS_BY_ID = RECORDS.replace("deliveries d LEFT", "deliveries d NOT INDEXED LEFT")
"""The same for the few after an id: SQLite would rather look through all of a kind."""

RECORDS_OF_IDS = RECORDS.replace("deliveries d LEFT", "json_each(?) j CROSS JOIN deliveries d ON d.id = j.value LEFT")
"""The same for those of a JSON array of ids, in its order."""

LONGEST_GLOB = 50_000
"""Bytes of a glob that SQLite takes."""
DEEPEST = 32
"""Steps of a path into a body: SQLite joins 64 tables at most, and each step takes one."""

Test = tuple[str, tuple[Any, ...]]


def condition(wanted: Filter) -> tuple[str, list[Any]]:
    """The WHERE part of a filter over RECORDS and the values it binds, cheapest test first."""
    tests = [
        test for field, value in zip(wanted._fields, wanted, strict=True) if value for test in _TESTS[field](value)
    ]
    return " AND ".join(sql for sql, _ in tests) or "1", [value for _, values in tests for value in values]


def _event(glob: str) -> list[Test]:
    if not is_glob(glob):  # then it may be of any length
        return [("d.event_type = ?", (glob,))]
    if len(glob.encode("utf-8", "surrogateescape")) > LONGEST_GLOB:
        raise UsageError(
            f"a glob for events has at most {LONGEST_GLOB:,} bytes", hint="for example --event 'invoice.*'"
        )
    return [("d.event_type GLOB ?", (glob,))]


def _endpoint(name: str) -> list[Test]:
    return [("d.endpoint = ?", (endpoint_path(name),))]


def _search(text: str) -> list[Test]:
    raw = text.encode("utf-8", "surrogateescape")
    return [("(holds(d.body, ?) OR holds(d.headers, ?))", (raw, raw))]


def prepare(connection: sqlite3.Connection) -> None:
    """Give a connection what conditions call: `holds`, as instr does, several times as fast in a long body."""
    connection.create_function("holds", 2, operator.contains, deterministic=True)


def _where(path: tuple[str | int, ...], value: Any) -> Test:
    """Whether a JSON body holds a value: step by step, each key compared as what it says, however it is escaped.

    SQLite's own paths know no quotes in a key. CASE holds the order: a value that is no container has no steps.
    """
    if len(path) > DEEPEST:
        raise UsageError(f"--where goes {DEEPEST} steps deep at most, this path has {len(path)}")
    steps = "json_each(CAST(d.body AS TEXT)) s0"
    for number in range(1, len(path)):
        before = f"s{number - 1}"
        steps += (
            f" CROSS JOIN json_each(CASE WHEN {before}.type IN ('object', 'array') THEN {before}.value END) s{number}"
        )
    keys = " AND ".join(f"s{number}.key = ?" for number in range(len(path)))
    last = f"s{len(path) - 1}"
    # null and the truths are their own types; as values, they are also what is missing, and numbers
    is_type = value is None or isinstance(value, bool)
    found = f"{last}.type = ?" if is_type else f"{last}.type NOT IN ('null', 'true', 'false') AND {last}.value = ?"
    return (
        f"CASE WHEN json_valid(CAST(d.body AS TEXT)) THEN EXISTS (SELECT 1 FROM {steps} WHERE {keys} AND {found}) END",
        (*path, json.dumps(value) if is_type else scalar(value)),
    )


_TESTS: dict[str, Callable[[Any], list[Test]]] = {
    "provider": lambda name: [("d.provider = ?", (name,))],
    "event": _event,
    "since": lambda time: [("d.received_at >= ?", (micros(time),))],
    "until": lambda time: [("d.received_at <= ?", (micros(time),))],
    "endpoint": _endpoint,
    "verdict": lambda outcome: [("v.outcome IS ?", (outcome,))],  # by = SQLite may begin with all the verdicts
    "status": lambda span: [(f"{LAST_STATUS} BETWEEN ? AND ?", span)],
    "search": _search,
    "where": lambda pairs: [_where(path, value) for path, value in pairs],
}


def scalar(value: Any) -> Any:
    """A JSON value as SQLite gives it: an object as its compact text, a number past 64 bits as a float."""
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return float(str(value)) if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63 else value
