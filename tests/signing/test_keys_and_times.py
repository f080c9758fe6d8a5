"""What a key must be to count at all, and times as HTTP writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.signing.age import FORMS, sent_at
from whcli.signing.credential import CredentialScheme
from whcli.signing.encoding import KEYS
from whcli.signing.jwt import JwtScheme
from whcli.signing.mac import MACS
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
REQUEST = Request("POST", "https://example.com", body=b"{}")
RSA = SignatureScheme(signature=Header("X-Sig"), algorithm="rsa-sha256", encoding="base64")


@cache
def pair() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def private() -> Secret:
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Secret("private", pair().private_bytes(*form).decode())


def certificate(begins: datetime, ends: datetime) -> Secret:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(pair().public_key())
    made = built.serial_number(7).not_valid_before(begins).not_valid_after(ends).sign(pair(), hashes.SHA256())
    return Secret("the certificate", made.public_bytes(serialization.Encoding.PEM).decode())


@pytest.mark.parametrize(
    ("begins", "ends", "outcome", "cause"),
    [
        (-9, 9, "valid", None),
        (-9, 0, "valid", None),
        (0, 9, "valid", None),
        (-9, -1, "expired", "stale"),
        (1, 9, "expired", "future"),
    ],
)
def test_a_certificate_counts_in_its_time_alone(begins: int, ends: int, outcome: str, cause: str | None):
    secret = certificate(NOW + timedelta(days=begins), NOW + timedelta(days=ends))
    signed = RSA.sign(REQUEST, secret=private(), now=NOW)
    verdict = RSA.verify(signed, secrets=[secret], now=NOW)
    assert (verdict.outcome, verdict.cause, verdict.secret_label) == (outcome, cause, secret.label)
    if cause:
        assert re.search(r"ended 1 d ago|begins only on 2023-11-15", verdict.reason)
        assert "--at" in str(verdict.fix)
    other = signed._replace(body=b"[]")
    assert RSA.verify(other, secrets=[secret], now=NOW).outcome == "mismatch", "a forgery is one at any time"


@pytest.mark.parametrize("form", ["text", "base64", "hex", "whsec", "whsec or text", "after colon", "NFKD"])
def test_a_signature_by_nothing_is_none(form: str):
    for secret in ("", "NAME:" if form == "after colon" else "whsec_" if "whsec" in form else ""):
        with pytest.raises(ValueError, match="empty"):
            MACS["hmac-sha256"].make(form, secret.encode())
    with pytest.raises(ValueError, match="empty"):
        MACS["sha256"].make("text", b"")
    assert KEYS[form](b"") == b""


def test_an_empty_secret_matches_nothing():
    empty = Secret("empty", "")
    by_nothing = "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"  # printf '' | openssl … -hmac ''
    hmac = SignatureScheme(signature=Header("X-Sig"))
    forged = REQUEST._replace(headers=Headers([(b"X-Sig", by_nothing.encode())]), body=b"")
    assert hmac.verify(forged, secrets=[empty], now=NOW).outcome == "mismatch"
    for form in ("text", "bearer", "basic", "sha256"):
        token = CredentialScheme(Header("X-Token"), form=form)
        blank = CredentialScheme(Header("X-Token"), form=form).signature.put(REQUEST, b"")
        for value in (b"", b"Bearer ", b"Basic ", b"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"):
            request = token.signature.put(blank, value)
            assert token.verify(request, secrets=[empty], now=NOW).outcome == "mismatch"
    unsigned = b"eyJhbGciOiJIUzI1NiJ9.e30.4E_Bsx-pJi3kOW9wVXN8CgbATwP09D9V5gxh9-9zSZ0"
    jwt = JwtScheme(signature=Header("X-Token"))
    assert jwt.verify(Header("X-Token").put(REQUEST, unsigned), secrets=[empty], now=NOW).outcome == "mismatch"


def test_times_as_http_writes_them():
    form = FORMS["http date"]
    for text, seconds in (
        (b"Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000),
        (b"Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
    ):
        assert form.read(text) == seconds
        assert form.write(datetime.fromtimestamp(seconds, UTC)).encode() == text
        assert sent_at(REQUEST._replace(headers=Headers([(b"date", text)]))) == seconds
    for text in (b"", b"Tue, 30 Feb 2024 00:00:00 GMT", b"Tue, 14 Nov 2023 22:13:20", b"Tue, 14 nov 2023 22:13:20 GMT"):
        assert form.read(text) is None
    dated = SignatureScheme(
        signature=Header("X-Sig"), timestamp=Header("X-Time"), time="http date", signed="{body}{timestamp}"
    )
    secret = Secret("s", "s3cret")
    signed = dated.sign(REQUEST, secret=secret, now=NOW)
    assert dated.verify(signed, secrets=[secret], now=NOW).signed_at == NOW
    assert dated.verify(signed, secrets=[secret], now=NOW + timedelta(minutes=6)).cause == "stale"
    far = signed.headers.put(b"X-Time", b"Fri, 31 Dec 9999 23:59:59 GMT")
    assert dated.verify(signed._replace(headers=far), secrets=[secret], now=NOW).outcome == "mismatch"


def test_a_time_past_all_calendars_is_too_far():
    timed = SignatureScheme(signature=Header("X-Sig"), timestamp=Header("X-Time"), signed="{timestamp}.{body}")
    secret = Secret("s", "s3cret")
    plain = SignatureScheme(signature=Header("X-Sig"), signed="{header:X-Time}.{body}")
    late = REQUEST._replace(headers=Headers([(b"X-Time", b"999999999999")]))
    verdict = timed.verify(plain.sign(late, secret=secret, now=NOW), secrets=[secret], now=NOW)
    assert (verdict.outcome, verdict.cause, verdict.signed_at) == ("expired", "future", None)
