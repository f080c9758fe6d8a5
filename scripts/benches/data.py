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

from benches import load
from whcli.http import Headers
from whcli.store import Store, rows

START = datetime(2026, 1, 1, tzinfo=UTC)
BETWEEN = timedelta(seconds=5)
PROVIDERS = ("github", "stripe", "shopify", "slack", "generic")
EVENTS = ("push", "payment.success", "orders/create", "message", "invoice.paid", "pull_request", "user.signup", "ping")
NEEDLE = "needle-in-the-first-delivery"
"""Stands in the body of the first delivery alone: the last that a search from the newest on comes to."""
COMMON = "common-word"
"""Stands in one body of 50."""
WORDS = ("alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima")


def build(db: Path, count: int) -> None:
    """Store so many deliveries of about 1.5 kB, all different, each with a verdict."""
    Store.to_write(db).close()
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")  # made at once or made anew
        into_deliveries = rows.insert("deliveries", rows.DELIVERY_COLUMNS)
        into_verdicts = rows.insert("verdicts", rows.VERDICT_COLUMNS)
        verdict = (1, "valid", "The signature is right.", None, None, None, "--secret")
        for first in range(1, count + 1, 10_000):
            last = min(first + 9_999, count)
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(into_deliveries, _deliveries(first, last))
            connection.executemany(into_verdicts, ((id_, *verdict) for id_ in range(first, last + 1)))
            connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _deliveries(first: int, last: int) -> Iterator[tuple[object, ...]]:
    random = Random(first)
    for number in range(first, last + 1):
        provider, event = PROVIDERS[number % len(PROVIDERS)], EVENTS[number // 7 % len(EVENTS)]
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
            rows.micros(START + number * BETWEEN), f"/webhook/{provider}", "received", provider, event, event_id,
            "127.0.0.1", "POST", f"http://127.0.0.1:8400/webhook/{provider}", rows.pack_headers(headers),
            hashlib.sha256(body).digest(), body,
        )  # fmt: skip
