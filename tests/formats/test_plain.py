"""The JSON that scripts rely on, key by key."""

from __future__ import annotations

import base64
import json
import re
from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from whcli.formats import plain
from whcli.http import Headers, Request, Response
from whcli.model import Attempt, Delivery, Record, Verdict

NOW = datetime(2026, 11, 23, 14, 2, 11, 123456, tzinfo=UTC)
REQUEST = Request(
    "POST",
    "http://127.0.0.1:8400/webhook/stripe?x=%2F",
    Headers(((b"X-A", b"1"), (b"x-a", b"caf\xe9"), (b"X-U", "é".encode()))),
    '{"a":"é"}'.encode(),
)
VERDICT = Verdict("expired", "Signed 10 minutes ago.", "stale", "Set the clock.", NOW, "env:WHSEC")
DELIVERY = Delivery(
    42, NOW, "/webhook/stripe", REQUEST, b"\xab" * 32, "imported", "stripe", "order.created", "evt_1", "::1"
)
RECORD = Record(DELIVERY, VERDICT, 500, 40)
ANSWER = Response(500, Headers(((b"Server", b"x"),)), b"no", 9)
ATTEMPT = Attempt(
    *(7, 42, "replay", 2, "http://127.0.0.1:3000", NOW, timedelta(milliseconds=37, microseconds=250), REQUEST, ANSWER),
    resigned=True,
    request_sha256=b"\xcd" * 32,
)
REFUSED = ATTEMPT._replace(response=None, error="connection_refused: nothing listens", resigned=False, delivery_id=None)

SHOWN_VERDICT = {
    "outcome": "expired",
    "reason": "Signed 10 minutes ago.",
    "cause": "stale",
    "fix": "Set the clock.",
    "signed_at": "2026-11-23T14:02:11.123456Z",
    "secret_label": "env:WHSEC",
}
SHOWN_DELIVERY = {
    "id": 42,
    "received_at": "2026-11-23T14:02:11.123456Z",
    "endpoint": "/webhook/stripe",
    "provider": "stripe",
    "event_type": "order.created",
    "event_id": "evt_1",
    "handshake": None,
    "method": "POST",
    "url": "http://127.0.0.1:8400/webhook/stripe?x=%2F",
    "remote": "::1",
    "body_size": 10,
    "body_sha256": "ab" * 32,
    "verdict": SHOWN_VERDICT,
    "duplicate_of": 40,
    "origin": "imported",
    "status": 500,
}
SHOWN_ATTEMPT = {
    "id": 7,
    "delivery_id": 42,
    "cause": "replay",
    "number": 2,
    "target": "http://127.0.0.1:3000",
    "started_at": "2026-11-23T14:02:11.123456Z",
    "duration_ms": 37.25,
    "status": 500,
    "error": None,
    "resigned": True,
}
SHOWN_HEADERS = [["X-A", "1"], ["x-a", "caf\xe9"], ["X-U", "\xc3\xa9"]]


def test_a_delivery():
    assert plain.delivery(RECORD) == SHOWN_DELIVERY
    bare = plain.delivery(Record(Delivery(1, NOW, "/", Request("GET", "http://h/"), b"")))
    absent = {"provider", "event_type", "event_id", "handshake", "remote", "verdict", "duplicate_of", "status"}
    assert {key for key, value in bare.items() if value is None} == absent
    assert (bare["origin"], bare["body_size"]) == ("received", 0)


def test_a_verdict():
    assert plain.verdict(VERDICT) == SHOWN_VERDICT
    assert plain.verdict(Verdict("unchecked", "x")) == {
        "outcome": "unchecked",
        "reason": "x",
        **dict.fromkeys(("cause", "fix", "signed_at", "secret_label")),
    }


def test_an_attempt():
    assert plain.attempt(ATTEMPT) == SHOWN_ATTEMPT
    error = "connection_refused: nothing listens"
    refused = {**SHOWN_ATTEMPT, "delivery_id": None, "status": None, "error": error, "resigned": False}
    assert plain.attempt(REFUSED) == refused


def test_all_that_is_shown_of_a_delivery():
    found = plain.shown(RECORD, [VERDICT], [ATTEMPT, REFUSED])
    assert found["attempts"][0] == {
        **SHOWN_ATTEMPT,
        "request_headers": SHOWN_HEADERS,
        "request_body_sha256": "cd" * 32,
        "response_headers": [["Server", "x"]],
        "response_body": "no",
        "response_body_base64": "bm8=",
        "response_body_size": 9,
    }
    absent = ("response_headers", "response_body", "response_body_base64", "response_body_size")
    assert {key: found["attempts"][1][key] for key in absent} == dict.fromkeys(absent)
    del found["attempts"]
    assert found == {
        **SHOWN_DELIVERY,
        "headers": SHOWN_HEADERS,
        "body": '{"a":"é"}',
        "body_base64": base64.b64encode(REQUEST.body).decode(),
        "verdicts": [SHOWN_VERDICT],
    }


def test_a_request_that_would_be_sent():
    assert plain.request(REQUEST) == {
        "method": "POST",
        "url": "http://127.0.0.1:8400/webhook/stripe?x=%2F",
        "headers": SHOWN_HEADERS,
        "body_base64": base64.b64encode(REQUEST.body).decode(),
    }


def test_times_are_utc_to_the_microsecond():
    assert plain.time(datetime(2026, 1, 1, 1, tzinfo=timezone(timedelta(hours=2)))) == "2025-12-31T23:00:00.000000Z"


def test_a_body_that_is_no_text_is_null_and_still_there():
    found = plain.shown(RECORD._replace(delivery=DELIVERY._replace(request=REQUEST._replace(body=b"\xff\x00"))), [], [])
    assert (found["body"], found["body_base64"]) == (None, "/wA=")


def test_an_answer_cut_inside_a_character_is_text_all_the_same():
    cut = ATTEMPT._replace(response=Response(200, body="é".encode() * 2 + b"\xc3", body_size=6))
    assert plain.shown_attempt(cut)["response_body"] == "éé"
    whole = ATTEMPT._replace(response=Response(200, body=b"\xc3", body_size=1))
    assert plain.shown_attempt(whole)["response_body"] is None


class Large:
    """A body in pieces."""

    def __len__(self):
        return 6

    def pieces(self):
        return iter((b"abc", b"def"))


def test_a_large_body_is_given_whole():
    found = plain.request(REQUEST._replace(body=Large()))
    assert found["body_base64"] == "YWJjZGVm"


@given(st.lists(st.tuples(st.binary(), st.binary())), st.binary(), st.text(), st.text())
def test_every_byte_can_be_had_back_from_one_line_of_ascii(pairs, body, event_type, url):
    request = Request("POST", url, Headers(pairs), body)
    found = RECORD._replace(delivery=DELIVERY._replace(request=request, event_type=event_type))
    line = plain.dumps(plain.shown(found, [VERDICT], [ATTEMPT]))
    assert re.fullmatch("[ -~]+", line)
    back = json.loads(line)
    assert [(name.encode("latin-1"), value.encode("latin-1")) for name, value in back["headers"]] == pairs
    assert base64.b64decode(back["body_base64"]) == body
    assert (back["event_type"], back["url"]) == (event_type, url)
