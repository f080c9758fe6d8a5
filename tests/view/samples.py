"""Values to show, plain and hostile."""

from __future__ import annotations

import hashlib
import random
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from whcli.http import Headers, Request, Response
from whcli.model import Attempt, Delivery, Record, Verdict
from whcli.view.theme import Style

NOW = datetime(2026, 11, 23, 14, 2, 11, 123456, tzinfo=UTC)
PLAIN, COLOR = Style(False), Style(True)
JSON = Headers(((b"Host", b"127.0.0.1:8400"), (b"Content-Type", b"application/json")))
EVENT = b'{"id":"evt_1","type":"order.created","data":{"amount":10.50,"lines":[1,2],"note":null}}'

NASTY = (
    *("\x00", "\x07", "\b", "\t", "\n", "\v", "\r", "\x1b", "\x7f", "\x85", "\x9b", "\x9d", "\xad", "\xa0"),
    *("\u061c", "\u200b", "\u200d", "\u200f", "\u2028", "\u2029", "\u202e", "\u2060", "\u2066", "\u2069"),
    *("\ufe0f", "\ufeff", "\ufff9", "\ud800", "\udfff", "\ue000", "\U000e0001", "\U000e0041", "\U000e0100"),
    *("\x1b[31m", "\x1b]8;;http://evil\x07", "\x1b]52;c;AA\x07", "\x1b[2J", "\r\n", "[/red]", ":bomb:", "\\x1b"),
    *(
        "e\u0301",
        "字",
        "🙂",
        "ｗ",
        "\u0301",
        "ﷺ",
        "\u1160",
        "\u115f",
        "\u3164",
        "\U0001d300",
        "a",
        " ",
        "…",
        "é",
        "&",
        "<",
    ),
)
"""What terminals obey, what deceives a reader, and what has an odd width."""

hostile = st.lists(st.sampled_from(NASTY) | st.characters(), max_size=12).map("".join)
hostile_bytes = hostile.map(lambda text: text.encode("utf-8", "surrogatepass")) | st.binary(max_size=30)
hostile_headers = st.lists(st.tuples(hostile_bytes, hostile_bytes), max_size=4).map(Headers)


def nasty_texts(seed: int, count: int) -> list[str]:
    """Texts of nasty pieces and characters from anywhere, the same for the same seed."""
    chance = random.Random(seed)
    pieces = [*NASTY, *(chr(chance.randrange(0x110000)) for _ in range(len(NASTY)))]
    return ["".join(chance.choices(pieces, k=chance.randrange(12))) for _ in range(count)]


def record(id: int = 42, *, request: Request | None = None, **changes) -> Record:
    verdict = changes.pop("verdict", Verdict("valid", "The signature holds."))
    status, duplicate_of = changes.pop("status", 200), changes.pop("duplicate_of", None)
    request = request or Request("POST", "http://127.0.0.1:8400/webhook/stripe", JSON, EVENT)
    facts = {
        "received_at": NOW,
        "endpoint": "/webhook/stripe",
        "body_sha256": hashlib.sha256(b"".join((request.body,))).digest(),
        "provider": "stripe",
        "event_type": "payment_intent.succeeded",
        "event_id": "evt_1PqR7sKJ2eZvKYlo2C0abc",
        "remote": "54.187.174.169",
    }
    return Record(Delivery(id=id, request=request, **{**facts, **changes}), verdict, status, duplicate_of)


def attempt(status: int | None = 200, **changes) -> Attempt:
    target = changes.pop("target", "http://127.0.0.1:3000/hooks")
    response = Response(status, JSON, b'{"ok":true}', 11) if status else None
    facts = {
        "id": 7,
        "delivery_id": 42,
        "cause": "forward",
        "number": 1,
        "started_at": NOW,
        "duration": timedelta(milliseconds=37),
        "request": Request("POST", target, JSON, EVENT),
        "response": response,
        "error": None if status else "connection_refused: nothing listens on 127.0.0.1:3000: start your app",
    }
    return Attempt(target=target, **{**facts, **changes})


verdicts = st.builds(
    Verdict,
    st.sampled_from(("valid", "mismatch", "missing", "expired", "malformed", "unchecked")),
    hostile,
    fix=st.none() | hostile,
    secret_label=st.none() | hostile,
    signed_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
responses = st.builds(Response, st.integers(100, 999), hostile_headers, hostile_bytes, st.integers(0, 10**9))
requests = st.builds(Request, hostile, hostile, hostile_headers, hostile_bytes)
attempts = st.builds(
    attempt,
    target=hostile,
    cause=st.sampled_from(("forward", "replay", "send", "retry")),
    number=st.integers(1, 10**6),
    delivery_id=st.none() | st.integers(1, 10**9),
    duration=st.timedeltas(min_value=timedelta(0)),
    response=st.none() | responses,
    error=hostile,
    resigned=st.booleans(),
)
records = st.builds(
    record,
    st.integers(0, 10**12),
    request=requests,
    verdict=st.none() | verdicts,
    status=st.none() | st.integers(100, 999),
    duplicate_of=st.none() | st.integers(1, 10**9),
    received_at=st.datetimes(timezones=st.just(UTC)),
    endpoint=hostile,
    provider=st.none() | hostile,
    event_type=st.none() | hostile,
    event_id=st.none() | hostile,
    remote=st.none() | hostile,
)
