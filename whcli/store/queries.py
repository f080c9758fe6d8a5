"""A filter as SQL, and the statements that read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from whcli.filters import Filter, endpoint_path, is_glob
from whcli.http import HELD
from whcli.store.rows import micros

LAST_STATUS = "(SELECT a.status FROM attempts a WHERE a.delivery_id = d.id ORDER BY a.id DESC LIMIT 1)"

COLUMNS = (
    "d.id, d.received_at, d.endpoint, d.origin, d.provider, d.event_type, d.event_id, d.remote, d.method, d.url,"
    " d.headers, d.body_sha256, length(d.body)"
)
DELIVERY = f"SELECT {COLUMNS}, CASE WHEN length(d.body) <= {HELD} THEN d.body END FROM deliveries d WHERE d.id = ?"
"""One delivery, with its body unless that is long."""

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

# json_extract on a BLOB depends on SQLite's version; on text that is JSON it does not. CASE holds the order.
JSON_VALUE = "CASE WHEN json_valid(CAST(d.body AS TEXT)) THEN json_extract(CAST(d.body AS TEXT), ?) = ? END"
JSON_TYPE = "CASE WHEN json_valid(CAST(d.body AS TEXT)) THEN json_type(CAST(d.body AS TEXT), ?) = ? END"

Test = tuple[str, tuple[Any, ...]]


def condition(wanted: Filter) -> tuple[str, list[Any]]:
    """The WHERE part of a filter over RECORDS and the values it binds, cheapest test first."""
    tests = [
        test for field, value in zip(wanted._fields, wanted, strict=True) if value for test in _TESTS[field](value)
    ]
    return " AND ".join(sql for sql, _ in tests) or "1", [value for _, values in tests for value in values]


def _event(glob: str) -> list[Test]:
    # Without a wildcard it is an equality, which the index can serve.
    return [("d.event_type GLOB ?" if is_glob(glob) else "d.event_type = ?", (glob,))]


def _endpoint(name: str) -> list[Test]:
    return [("d.endpoint = ?", (endpoint_path(name),))]


def _search(text: str) -> list[Test]:
    raw = text.encode("utf-8", "surrogateescape")
    return [("(instr(d.body, ?) OR instr(d.headers, ?))", (raw, raw))]


def _where(path: tuple[str | int, ...], value: Any) -> Test:
    if value is None or isinstance(value, bool):  # these are their own types; as values, null is also what is missing
        return JSON_TYPE, (json_path(path), json.dumps(value))
    return JSON_VALUE, (json_path(path), scalar(value))


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


def json_path(path: tuple[str | int, ...]) -> str:
    """A path in SQLite's own spelling: `$."data"[0]`."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f'."{step}"' for step in path)


def scalar(value: Any) -> Any:
    """A JSON value as json_extract gives it: an object as its compact text, a number past 64 bits as a float."""
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
    return float(str(value)) if isinstance(value, int) and not -(1 << 63) <= value < 1 << 63 else value
