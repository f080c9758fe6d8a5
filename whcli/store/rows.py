"""Values to rows and back. Times are whole microseconds since 1970, headers one block as on the wire."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from whcli.http import Body, Headers, Request, Response, pieces
from whcli.model import Attempt, Delivery, Record, Verdict

Row = tuple[Any, ...]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

DELIVERY_COLUMNS = (
    "received_at, endpoint, origin, provider, event_type, event_id, remote, method, url, headers, body_sha256, body"
)
VERDICT_COLUMNS = "delivery_id, number, outcome, reason, cause, fix, signed_at, secret_label"
VERDICT_WIDTH = 8
ATTEMPT_COLUMNS = (
    "delivery_id, cause, number, target, started_at, duration, status, error, resigned, method, url, request_headers,"
    " request_sha256, response_headers, response_size, response_body, request_body"
)


def micros(time: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (time - EPOCH) // MICROSECOND


def when(microseconds: int) -> datetime:
    """The UTC time of microseconds since 1970."""
    return EPOCH + timedelta(microseconds=microseconds)


def pack_headers(headers: Headers) -> bytes:
    r"""Headers as one block, `name: value\r\n` each: neither part can hold CR, LF, and a name no colon."""
    return b"".join([b"%b: %b\r\n" % pair for pair in headers])


def unpack_headers(block: bytes) -> Headers:
    """The headers of such a block, every byte as it was."""
    parts = [line.partition(b": ") for line in block.split(b"\r\n")[:-1]]
    return Headers([(name, value) for name, _, value in parts])


def delivery_row(delivery: Delivery, body: object) -> Row:
    """A delivery in the order of DELIVERY_COLUMNS; `body` is what is bound for it."""
    method, url, headers, _ = delivery.request
    return (
        micros(delivery.received_at),
        delivery.endpoint,
        delivery.origin,
        delivery.provider,
        delivery.event_type,
        delivery.event_id,
        delivery.remote,
        method,
        url,
        pack_headers(headers),
        delivery.body_sha256,
        body,
    )


def verdict_row(verdict: Verdict, delivery_id: int, number: int) -> Row:
    """A verdict in the order of VERDICT_COLUMNS."""
    signed_at = None if verdict.signed_at is None else micros(verdict.signed_at)
    outcome, reason, cause, fix, _, label = verdict
    return (delivery_id, number, outcome, reason, cause, fix, signed_at, label)


def attempt_row(attempt: Attempt, request_body: bytes | None) -> Row:
    """An attempt in the order of ATTEMPT_COLUMNS; `request_body` is None where it is the delivery's own."""
    request, response = attempt.request, attempt.response
    return (
        attempt.delivery_id,
        attempt.cause,
        attempt.number,
        attempt.target,
        micros(attempt.started_at),
        attempt.duration // MICROSECOND,
        response.status if response else None,
        attempt.error,
        attempt.resigned,
        request.method,
        request.url,
        pack_headers(request.headers),
        attempt.request_sha256,
        pack_headers(response.headers) if response else None,
        response.body_size if response else None,
        response.body if response else None,
        request_body,
    )


def to_verdict(row: Row) -> Verdict:
    """A verdict from (outcome, reason, cause, fix, signed_at, secret_label)."""
    outcome, reason, cause, fix, signed_at, label = row
    return Verdict(outcome, reason, cause, fix, None if signed_at is None else when(signed_at), label)


def to_delivery(row: Row, body: Body) -> Delivery:
    """A delivery from a row that begins with the columns of `queries.DELIVERIES`, its body apart."""
    (id_, received_at, endpoint, origin, provider, event_type, event_id, remote, method, url, headers, sha256) = row[
        :12
    ]
    return Delivery(
        id=id_,
        received_at=when(received_at),
        endpoint=endpoint,
        request=Request(method, url, unpack_headers(headers), body),
        body_sha256=sha256,
        origin=origin,
        provider=provider,
        event_type=event_type,
        event_id=event_id,
        remote=remote,
    )


def to_record(row: Row, body: Body) -> Record:
    """A record from a row of `queries.RECORDS`."""
    delivery = to_delivery(row, body)
    status, duplicate_of = row[13:15]
    return Record(delivery, None if row[15] is None else to_verdict(row[15:21]), status, duplicate_of)


def to_attempt(row: Row, delivery_body: Body) -> Attempt:
    """An attempt from a row of (id, *ATTEMPT_COLUMNS)."""
    (id_, delivery_id, cause, number, target, started_at, duration, status, error, resigned) = row[:10]
    method, url, headers, sha256, response_headers, response_size, response_body, body = row[10:]
    response = None
    if status is not None:
        response = Response(status, unpack_headers(response_headers), response_body, response_size)
    return Attempt(
        id=id_,
        delivery_id=delivery_id,
        cause=cause,
        number=number,
        target=target,
        started_at=when(started_at),
        duration=timedelta(microseconds=duration),
        request=Request(method, url, unpack_headers(headers), delivery_body if body is None else body),
        response=response,
        error=error,
        resigned=bool(resigned),
        request_sha256=sha256,
    )


def insert(table: str, columns: str, count: int = 1) -> str:
    """The statement that inserts so many rows at once.

    ROLLBACK, for who fails is taken back whole: without it SQLite keeps a journal for each statement, in a file.
    """
    row = f"({', '.join('?' * (columns.count(',') + 1))})"
    return f"INSERT OR ROLLBACK INTO {table} ({columns}) VALUES {', '.join([row] * count)}"


ATTEMPTS_AT_ONCE = 16
"""Attempts in one statement, at most; of their 17 values each, SQLite takes no more than 999 everywhere."""

# Powers of two, so that the statement cache knows each of the few statements there are.
_SIZES = [1 << power for power in range(ATTEMPTS_AT_ONCE.bit_length())]
_INSERT_ATTEMPTS = {size: insert("attempts", ATTEMPT_COLUMNS, size) for size in _SIZES}
_OWN = {size: f"SELECT id, body_sha256 FROM deliveries WHERE id IN ({', '.join('?' * size)})" for size in _SIZES}


def insert_attempt(connection: sqlite3.Connection, attempt: Attempt) -> int:
    """Insert an attempt inside a transaction; gives its id. A body that is the delivery's own is not kept twice."""
    return insert_attempts(connection, [attempt])[0]


def insert_attempts(connection: sqlite3.Connection, attempts: Sequence[Attempt]) -> list[int]:
    """Insert attempts inside a transaction; gives their ids. A body that is the delivery's own is not kept twice."""
    ids: list[int] = []
    while len(ids) < len(attempts):
        size = min(ATTEMPTS_AT_ONCE, 1 << ((len(attempts) - len(ids)).bit_length() - 1))
        ids += _insert_chunk(connection, attempts[len(ids) : len(ids) + size])
    return ids


def _insert_chunk(connection: sqlite3.Connection, chunk: Sequence[Attempt]) -> range:
    size = len(chunk)
    own = dict(connection.execute(_OWN[size], [attempt.delivery_id for attempt in chunk]).fetchall())
    values: list[Any] = []
    for attempt in chunk:
        is_own = own.get(attempt.delivery_id) == attempt.request_sha256
        values += attempt_row(attempt, None if is_own else b"".join(pieces(attempt.request.body)))
    last = connection.execute(_INSERT_ATTEMPTS[size], values).lastrowid
    assert last is not None
    return range(last - size + 1, last + 1)  # the rows of one statement are numbered without a gap
