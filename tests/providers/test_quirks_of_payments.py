"""What single records do beside the rest: slots and functions of their own."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import UTC, datetime
from time import perf_counter
from urllib.parse import urlencode

import pytest

from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SECRET = Secret("mine", "integration_private_key")
KEYS = {"public_key": "integration_public_key"}


def form(fields: dict[str, str], *, kind: str = "application/x-www-form-urlencoded") -> Request:
    return Request(
        "POST", "https://example.com/x", Headers([(b"Content-Type", kind.encode())]), urlencode(fields).encode()
    )


def test_braintree_hears_the_answer_that_its_library_gives():
    (handshake,) = providers.get("braintree").handshakes
    asked = Request("GET", "https://example.com/x?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53")
    answer = handshake.answer(asked, secrets=[SECRET], params=KEYS)
    assert answer is not None
    assert answer.body == b"integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4"  # of its tests
    for secrets, params in (([SECRET], {}), ([], KEYS), ([], {})):
        refused = handshake.answer(asked, secrets=secrets, params=params)
        assert refused is not None
        assert refused.status == 403
    for challenge in ("20f9", "20F9F8ED05F77439FE955C977E4C8A53", "20f9f8ed05f77439fe955c977e4c8a53 ", "{" * 32):
        other = Request("GET", f"https://example.com/x?{urlencode({'bt_challenge': challenge})}")
        assert handshake.answer(other, secrets=[SECRET], params=KEYS) is None


@pytest.mark.parametrize(
    "xml",
    ["", "<kind>", "<kind></kind", "</kind>", "<kind " * 100_000, "<kind>" * 100_000, "<kind" + " " * 500_000],
    ids=lambda xml: xml[:12],
)
def test_braintree_tells_nothing_of_what_is_no_notification(xml: str):
    start = perf_counter()
    for payload in (xml, b64encode(xml.encode()).decode()):
        assert providers.describe(form({"bt_payload": payload}), providers.get("braintree")) == (None, None)
    assert perf_counter() - start < 1


def test_braintree_tells_of_each_key_pair_only_by_its_own_signature():
    braintree = providers.get("braintree").scheme.bind(KEYS)
    signed = braintree.sign(form({"bt_payload": "PG5vdGlmaWNhdGlvbi8+\n"}), secret=SECRET, now=NOW)
    assert braintree.verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"
    other = providers.get("braintree").scheme.bind({"public_key": "another"})
    assert other.verify(signed, secrets=[SECRET], now=NOW).outcome == "malformed"


@pytest.mark.parametrize("more", [{"payload": "{}"}, {"x": ""}, {"Payload": "{}"}])
def test_gitea_signs_one_field_and_nothing_rides_along(more: dict[str, str]):
    scheme = providers.get("gitea").scheme
    signed = scheme.sign(form({"payload": '{"ref":"main"}'}), secret=SECRET, now=NOW)
    assert scheme.verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"
    assert isinstance(signed.body, bytes)
    for body in (signed.body + b"&" + urlencode(more).encode(), urlencode(more).encode() + b"&" + signed.body):
        assert scheme.verify(signed._replace(body=body), secrets=[SECRET], now=NOW).outcome == "malformed"


def test_gitea_takes_no_body_beside_what_the_url_holds():
    scheme = providers.get("gitea").scheme
    asked = Request("GET", "https://example.com/x?payload=%7B%7D", Headers(), b"")
    signed = scheme.sign(asked, secret=SECRET, now=NOW)
    assert scheme.verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"
    for other in (signed._replace(body=b"{ }"), signed._replace(method="POST")):
        assert scheme.verify(other, secrets=[SECRET], now=NOW).outcome == "mismatch"


def test_mollie_says_its_header_for_each_secret():
    scheme = providers.get("mollie").scheme
    signed = scheme.sign(Request("POST", "https://example.com/x", Headers(), b"{}"), secret=SECRET, now=NOW)
    good = (b"X-Mollie-Signature", signed.headers.first(b"x-mollie-signature") or b"")
    bad = (b"x-mollie-signature", b"sha256=" + b"0" * 64)
    for headers, outcome in (([good, bad], "valid"), ([bad, good], "valid"), ([bad, bad], "mismatch"), ([], "missing")):
        request = signed._replace(headers=Headers(headers))
        assert scheme.verify(request, secrets=[SECRET], now=NOW).outcome == outcome
    many = signed._replace(headers=Headers([bad] * 1000 + [good]))
    assert scheme.verify(many, secrets=[SECRET], now=NOW).outcome == "mismatch", "no more than a few are looked at"


@pytest.mark.parametrize(
    "kind", ["application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=UTF-8"]
)
def test_woocommerce_pings_with_a_form(kind: str):
    (ping,) = providers.get("woocommerce").handshakes
    answer = ping.answer(form({"webhook_id": "7"}, kind=kind))
    assert answer is not None
    assert answer.status == 200
    assert ping.answer(form({"id": "7"}, kind=kind)) is None
    assert ping.answer(form({"webhook_id": "7"}, kind="application/json")) is None


def test_midtrans_says_what_it_leaves_open():
    midtrans = providers.get("midtrans").scheme
    fields = {"order_id": "1111", "status_code": "200", "gross_amount": "100000.00", "transaction_status": "pending"}
    request = Request("POST", "https://example.com/x", Headers(), json.dumps(fields).encode())
    signed = midtrans.sign(request, secret=SECRET, now=NOW)
    assert isinstance(signed.body, bytes)
    forged = signed._replace(body=signed.body.replace(b"pending", b"settlement"))
    verdict = midtrans.verify(forged, secrets=[SECRET], now=NOW)
    assert verdict.outcome == "valid"
    assert "Only order, status code and amount are covered" in verdict.reason
    raised = signed._replace(body=signed.body.replace(b"100000.00", b"900000.00"))
    assert midtrans.verify(raised, secrets=[SECRET], now=NOW).outcome == "mismatch"
