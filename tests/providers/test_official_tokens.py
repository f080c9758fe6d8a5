"""Tokens of ours before the makers' own libraries, and theirs before us."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import truelayer_signing
from cryptography.hazmat.primitives import serialization
from qstash import Receiver
from qstash.errors import SignatureError

from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.signing import jwk

URL = "https://hooks.example.com/webhook/acme?a=1&b=%2F"
BODY = '{"type": "order.created", "note": "café / thé"}'
NOW = datetime.now(UTC).replace(microsecond=0)  # their libraries read the clock
REQUEST = Request("POST", URL, Headers([(b"Content-Type", b"application/json")]), BODY.encode())


def token(request: Request, name: bytes) -> str:
    return (request.headers.first(name) or b"").decode()


def test_qstash_takes_our_tokens_of_either_key():
    scheme = providers.get("qstash").scheme
    current, following = (Secret(str(byte), scheme.make_secret(bytes([byte]) * 32)) for byte in (1, 2))
    receiver = Receiver(current.value, following.value)
    for secret in (current, following):
        signature = token(scheme.sign(REQUEST, secret=secret, now=NOW), b"Upstash-Signature")
        receiver.verify(signature=signature, body=BODY, url=URL, clock_tolerance=5)
        for wrong in ({"body": BODY + " "}, {"url": URL + "&"}, {"signature": signature[:-4] + "AAAA"}):
            with pytest.raises(SignatureError):
                receiver.verify(**{"signature": signature, "body": BODY, "url": URL, "clock_tolerance": 5, **wrong})
    stale = token(scheme.sign(REQUEST, secret=current, now=NOW - timedelta(hours=1)), b"Upstash-Signature")
    with pytest.raises(SignatureError):
        receiver.verify(signature=stale, body=BODY, url=URL)


def test_truelayer_takes_our_signatures_and_we_take_theirs():
    scheme = providers.get("truelayer").scheme
    secret = Secret("mine", scheme.make_secret(bytes(range(32))))
    (key,) = jwk.load(secret.value)
    path, time = "/webhook/acme", NOW.strftime("%Y-%m-%dT%H:%M:%SZ")
    none = serialization.NoEncryption()
    pem = key.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none).decode()

    made = scheme.sign(REQUEST, secret=secret, now=NOW)
    signature = token(made, b"Tl-Signature")
    header = truelayer_signing.extract_jws_header(signature)
    jwks = {"keys": [json.loads(scheme.public_key(secret) or "")]}
    post = truelayer_signing.HttpMethod.POST
    for body, good in ((BODY, True), (BODY + " ", False)):
        verifier = truelayer_signing.verify_with_jwks(jwks, header).set_method(post).set_path(path)
        verifier.add_header("X-Tl-Webhook-Timestamp", time).add_required_header("X-Tl-Webhook-Timestamp").set_body(body)
        if good:
            verifier.verify(signature)
        else:
            with pytest.raises(Exception, match="Invalid Signature"):
                verifier.verify(signature)

    signer = truelayer_signing.sign_with_pem(key.id, pem).set_method(post).set_path(path)
    theirs = signer.add_header("X-Tl-Webhook-Timestamp", time).set_body(BODY).sign().encode()
    request = made._replace(headers=made.headers.put(b"Tl-Signature", theirs))
    assert scheme.verify(request, secrets=[secret], now=NOW).outcome == "valid"
    assert scheme.verify(request._replace(body=b"{}"), secrets=[secret], now=NOW).outcome == "mismatch"
