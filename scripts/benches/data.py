"""Databases with many deliveries in them, made at once by the store's own tables."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from benches import load
from whcli.http import Headers
from whcli.store import Store, rows

START = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(seconds=5)
PROVIDERS = ("github", "stripe", "shopify", "slack", "generic")
SILENT = 4
"""The place of the provider for which no secret is known: its deliveries alone are unchecked."""
EVENTS = ("push", "payment.success", "orders/create", "message", "invoice.paid", "pull_request", "user.signup", "ping")
NEEDLE = "needle-in-the-first-delivery"
"""Stands in the body of the first delivery alone: the last that a search from the newest on comes to."""
COMMON = "common-word"
"""Stands in one body of 50."""
OLD = 1000
"""The first so many deliveries hold what is rare: see RARE."""
RARE: dict[str, Any] = {"endpoint": "/webhook/rare", "event": "invoice.voided", "verdict": "expired", "status": 404}
"""Each is of three of the first deliveries alone: who goes through all from the newest on comes to them last."""
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima")


def build(db: Path, count: int, *, answered: bool = False) -> None:
    """Store so many deliveries of about 1.5 kB, all different, each with a verdict.

    If they are answered, each has an attempt: 200 but for the rare ones. One in 2,000 failed at first.
    """
    Store.to_write(db).close()
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # made at once or made anew
        into_deliveries = rows.insert("deliveries", rows.DELIVERY_COLUMNS)
        into_verdicts = rows.insert("verdicts", rows.VERDICT_COLUMNS)
        into_attempts = rows.insert("attempts", rows.ATTEMPT_COLUMNS)
        for first in range(1, count + 1, 10_000):
            last = min(first + 9_999, count)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(into_deliveries, _deliveries(first, last))
            connection.executemany(into_verdicts, map(_verdict, range(first, last + 1)))
            if answered:
                connection.executemany(into_attempts, _attempts(first, last))
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rare(number: int, what: str) -> bool:
    """Whether a delivery is one of the three that have a rare thing."""
    return number % (OLD // 3) == list(RARE).index(what) + 1 and number < OLD


def _verdict(number: int) -> tuple[object, ...]:
    outcome = RARE["verdict"] if _rare(number, "verdict") else "unchecked" if number % 5 == SILENT else "valid"
    return (number, 1, outcome, "A sentence about the signature.", None, None, None, "--secret")


def _attempts(first: int, last: int) -> Iterator[tuple[object, ...]]:
    headers = rows.pack_headers(Headers([(b"Host", b"127.0.0.1:3000"), (b"Content-Type", b"application/json")]))
    answer = rows.pack_headers(Headers([(b"Content-Type", b"text/plain"), (b"Content-Length", b"2")]))
    for number in range(first, last + 1):
        statuses = (500, 200) if number % 2000 == 0 else (RARE["status"] if _rare(number, "status") else 200,)
        for tried, status in enumerate(statuses, 1):
            yield (
                number, "forward", tried, "http://127.0.0.1:3000", rows.micros(START + number * BETWEEN), 3000, status,
                None, False, "POST", "http://127.0.0.1:3000/hooks", headers, b"\0" * 32, answer, 2, b"ok", None,
            )  # fmt: skip


def _deliveries(first: int, last: int) -> Iterator[tuple[object, ...]]:
    random = Random(first)
    for number in range(first, last + 1):
        provider = PROVIDERS[number % len(PROVIDERS)]
        event = RARE["event"] if _rare(number, "event") else EVENTS[number // 7 % len(EVENTS)]
        endpoint = RARE["endpoint"] if _rare(number, "endpoint") else f"/webhook/{provider}"
        event_id = load.delivery_id(number, step=load.SCATTER)
        body = json.dumps({
            "id": event_id, "type": event, "amount": random.randrange(10**6), "customer": random.randbytes(8).hex(),
            "note": NEEDLE if number == 1 else COMMON if number % 50 == 0 else "",
            "text": " ".join(random.choices(WORDS, k=220)),
        }).encode()  # fmt: skip
        headers = Headers([
            (b"Host", b"127.0.0.1:8400"), (b"User-Agent", b"GitHub-Hookshot/044aadd"), (b"Accept", b"*/*"),
            (b"Content-Type", b"application/json"), (b"X-GitHub-Event", event.encode()),
            (b"X-GitHub-Delivery", event_id.encode()), (b"Content-Length", b"%d" % len(body)),
        ])  # fmt: skip
        yield (
            rows.micros(START + number * BETWEEN), endpoint, "received", provider, event, event_id,
            "127.0.0.1", "POST", f"http://127.0.0.1:8400{endpoint}", rows.pack_headers(headers),
            hashlib.sha256(body).digest(), body,
        )  # fmt: skip
