"""A detached JWS: the request is its payload, and of the keys it names only the provider's own are looked for."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.net.test_keys import HOSTILE
from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret, Verdict
from whcli.providers.truelayer import PROVIDER, payloads
from whcli.signing import jwk, jws
from whcli.signing.params import KeySource

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SCHEME = PROVIDER.scheme
SECRET = Secret("mine", SCHEME.make_secret(bytes(range(32))))
(KEY,) = jwk.load(SECRET.value)
HEADER = {"alg": "ES512", "kid": KEY.id, "tl_version": "2", "tl_headers": "X-Tl-Webhook-Timestamp"}
OURS = "https://webhooks.truelayer.com/.well-known/jwks"
REQUEST = Request(
    "POST",
    "https://example.com/hooks",
    Headers([(b"X-Tl-Webhook-Timestamp", b"2023-11-14T22:13:20Z"), (b"X-Other", b"1")]),
    b'{"type":"payment_executed"}',
)


def bearing(token: str, request: Request = REQUEST) -> Request:
    return request._replace(headers=request.headers.put(b"Tl-Signature", token.encode()))


def signed(header: dict[str, object], request: Request = REQUEST, *, payload: bytes | None = None) -> Request:
    """A request with a token that our key made, whatever its header says."""
    made = payload if payload is not None else (*payloads(request, header), b"")[0]
    front, _, signature = jws.write(header, made, KEY).split(".")
    return bearing(f"{front}..{signature}", request)


def judge(request: Request, *, now: datetime = NOW, secret: Secret = SECRET) -> Verdict:
    return SCHEME.verify(request, secrets=[secret], now=now)


def test_what_is_signed_is_valid():
    made = SCHEME.sign(REQUEST, secret=SECRET, now=NOW)
    assert judge(made).outcome == "valid"
    assert judge(made).signed_at == NOW
    assert SCHEME.sign(made, secret=SECRET, now=NOW) == made
    public = SCHEME.public_key(SECRET)
    assert public is not None
    assert judge(made, secret=Secret("public", public)).outcome == "valid"
    for late, outcome in ((300, "valid"), (301, "expired"), (-300, "valid"), (-301, "expired")):
        assert judge(made, now=NOW + timedelta(seconds=late)).outcome == outcome


def test_method_path_headers_and_body_are_covered():
    both = signed({**HEADER, "tl_headers": "X-Tl-Webhook-Timestamp,X-Other"})
    assert judge(both).outcome == "valid"
    assert judge(both._replace(url="https://other.example/hooks/")).outcome == "valid", "neither host nor last slash"
    for changed in (
        both._replace(method="PUT"),
        both._replace(url="https://example.com/Hooks"),
        both._replace(url="https://example.com/hooks/x"),
        both._replace(body=both.body + b" "),
        both._replace(headers=both.headers.put(b"X-Other", b"2")),
        both._replace(headers=both.headers.put(b"X-Tl-Webhook-Timestamp", b"2023-11-14T22:13:21Z")),
    ):
        assert judge(changed).outcome == "mismatch"
    for missing in (both.headers.without([b"X-Other"]), Headers([*both.headers, (b"X-Other", b"1")])):
        assert judge(both._replace(headers=missing)).outcome == "malformed"


@pytest.mark.parametrize(
    "changed",
    [
        {"alg": "none"},
        {"alg": "HS512"},
        {"alg": "ES256"},
        {"tl_version": "1"},
        {"tl_version": 2},
        {"tl_headers": ""},
        {"tl_headers": "X-Other"},
        {"tl_headers": ["X-Tl-Webhook-Timestamp"]},
        {"crit": ["b64"]},
        {"jwk": {}},
        {"x5u": OURS},
        {"x5c": []},
        {"jku": OURS + "/"},
        {"jku": OURS.upper()},
        {"jku": [OURS]},
        {"jku": ""},
        {"jku": None},
    ],
    ids=str,
)
def test_headers_that_are_not_the_providers_are_refused(changed: dict[str, object]):
    front, _, signature = jws.write(HEADER, payloads(REQUEST, HEADER)[0], KEY).split(".")
    assert judge(bearing(f"{front}..{signature}")).outcome == "valid"
    front = jwk.encoded(json.dumps({**HEADER, **changed}).encode())
    verdict = judge(bearing(f"{front}..{signature}"))
    assert verdict.outcome == "malformed"
    assert SCHEME.key_source(bearing(f"{front}..{signature}")) is None


def test_a_payload_within_the_token_is_not_believed():
    whole = jws.write(HEADER, payloads(REQUEST, HEADER)[0], KEY)
    assert judge(bearing(whole)).outcome == "malformed"


def test_keys_are_looked_for_in_two_places_only():
    for url in (OURS, "https://webhooks.truelayer-sandbox.com/.well-known/jwks"):
        assert SCHEME.key_source(signed({**HEADER, "jku": url})) == KeySource(url, "jwks")
    assert SCHEME.key_source(signed(HEADER)) is None
    assert SCHEME.key_source(REQUEST) is None
    for url in HOSTILE[::7]:
        request = signed({**HEADER, "jku": url})
        assert SCHEME.key_source(request) is None
        assert judge(request).outcome == "malformed"


@pytest.mark.parametrize("time", ["", "1700000000", "2023-11-14T22:13:20", "now", "2023-13-14T22:13:20Z", "\u0662"])
def test_a_time_that_is_none_is_refused(time: str):
    request = REQUEST._replace(headers=REQUEST.headers.put(b"X-Tl-Webhook-Timestamp", time.encode()))
    assert judge(signed(HEADER, request)).outcome == "malformed"


def test_without_the_key_nothing_is_said():
    verdict = SCHEME.verify(signed(HEADER), secrets=[], now=NOW)
    assert verdict.outcome == "unchecked"
    assert providers.verify(PROVIDER, signed(HEADER), secrets=[], now=NOW) == verdict
    assert SCHEME.verify(REQUEST, secrets=[], now=NOW).outcome == "missing"
