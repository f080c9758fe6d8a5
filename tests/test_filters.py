"""Spans, times and statuses as words: read exactly, or refused with an example."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from whcli import filters
from whcli.errors import UsageError

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("10m", timedelta(minutes=10)),
        ("2h", timedelta(hours=2)),
        ("3d", timedelta(days=3)),
        ("1w", timedelta(weeks=1)),
        ("0s", timedelta(0)),
        ("36525d", timedelta(days=36525)),
    ],
)
def test_spans(text: str, span: timedelta) -> None:
    assert filters.parse_span(text) == span
    assert filters.parse_time(text, now=NOW) == NOW - span


@pytest.mark.parametrize(
    "text", ["", "5", "m", "-5m", "1.5h", "5M", "5 m", "٣m", "36526d", "999999999w", "9" * 5000 + "s"]
)
def test_what_is_no_span_or_longer_than_a_century(text: str) -> None:
    with pytest.raises(UsageError, match="is not a span of time") as refusal:
        filters.parse_span(text)
    assert len(refusal.value.message) < 100


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-31T14:00:00Z", datetime(2026, 1, 31, 14, tzinfo=UTC)),
        ("2026-01-31T14:00:00.5+02:00", datetime(2026, 1, 31, 12, 0, 0, 500000, tzinfo=UTC)),
    ],
)
def test_times(text: str, time: datetime) -> None:
    assert filters.parse_time(text, now=NOW) == time


@pytest.mark.parametrize("text", ["", "soon", "2026-13-01", "0001-01-01T00:00:00+23:00", "9" * 5000 + "d"])
def test_what_is_no_time(text: str) -> None:
    with pytest.raises(UsageError):
        filters.parse_time(text, now=NOW)


@pytest.mark.parametrize(("text", "statuses"), [("404", (404, 404)), ("5xx", (500, 599)), ("2XX", (200, 299))])
def test_statuses(text: str, statuses: tuple[int, int]) -> None:
    assert filters.parse_status(text) == statuses


@pytest.mark.parametrize("text", ["", "600", "5x", "xxx", "20", "2000", "٢00"])
def test_what_is_no_status(text: str) -> None:
    with pytest.raises(UsageError):
        filters.parse_status(text)


PUZZLES = some.text("ab-]^[*?Z\0\né")
"""Texts that globs mean something by."""


@given(glob=PUZZLES, event=PUZZLES)
def test_a_glob_is_what_sqlite_takes_it_for(glob: str, event: str) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        [(found,)] = connection.execute("SELECT ? GLOB ?", (event, glob))
    assert filters.matches(glob, event) == bool(found)


@pytest.mark.parametrize(
    ("glob", "event", "matches"),
    [
        ("invoice.*", "invoice.paid", True),
        ("invoice.*", "Invoice.paid", False),
        ("[^i]*", "invoice.paid", False),
        ("[!i]*", "push", False),  # as in a shell is not as in SQLite
        ("[]]", "]", True),
        ("[a", "[a", False),
        ("*", "", True),
    ],
)
def test_globs(glob: str, event: str, *, matches: bool) -> None:
    assert filters.matches(glob, event) == matches


def test_no_event_takes_long_to_be_matched() -> None:
    began = time.process_time()
    assert not filters.matches("*a" * 30 + "b", "a" * 5000)
    assert time.process_time() - began < 5
