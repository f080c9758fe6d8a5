"""The parts of a scheme that no provider's samples reach."""

from __future__ import annotations

import hmac
from base64 import b64decode, b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.signing import AnyOf, FirstOf, content, unchecked
from whcli.signing.age import moment, sent_at, span
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Pair, Query

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SECRET = Secret("mine", "s3cret")
REQUEST = Request("POST", "https://example.com/a?b=1", Headers([(b"Host", b"example.com")]), b"body")
TIMED = SignatureScheme(signature=Header("X-Sig"), timestamp=Header("X-Time"), signed="{timestamp}.{body}")
ECDSA = SignatureScheme(
    algorithm="ecdsa-p256-sha256",
    encoding="base64",
    signature=Header("X-Sig"),
    timestamp=Header("X-Time"),
    signed="{timestamp}{body}",
)


class Long:
    """A body in pieces, each of which is asked for in turn."""

    def __init__(self, *parts: bytes) -> None:
        self.parts = parts

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def pieces(self) -> Iterator[bytes]:
        yield from self.parts


@pytest.mark.parametrize("scheme", [TIMED, ECDSA, TIMED._replace(signed="{url}", digest=Query("sha"))])
def test_a_long_body_is_signed_and_verified_in_pieces(scheme: SignatureScheme):
    secret = Secret("s", scheme.make_secret(bytes(range(32))))
    held = scheme.sign(REQUEST._replace(body=b"a" * 3000), secret=secret, now=NOW)
    long = REQUEST._replace(body=Long(b"a" * 1000, b"", b"a" * 2000))
    signed = scheme.sign(long, secret=secret, now=NOW)
    assert (signed.headers, signed.url) == (held.headers, held.url)
    assert scheme.verify(signed, secrets=[secret], now=NOW).outcome == "valid"
    changed = signed._replace(body=Long(b"a" * 1000, b"a" * 1999, b"b"))
    assert scheme.verify(changed, secrets=[secret], now=NOW).outcome == "mismatch"


def test_a_long_form_cannot_be_checked_and_says_so():
    scheme = SignatureScheme(signature=Header("X-Sig"), signed="{params}")
    kind = (b"Content-Type", b"application/x-www-form-urlencoded")
    for body in (Long(b"a=1"), b"a&" * 10_000):
        request = Request("POST", "https://example.com", Headers([kind, (b"X-Sig", b"00")]), body)
        assert scheme.verify(request, secrets=[SECRET], now=NOW).outcome == "malformed"
        with pytest.raises(UsageError, match="too many fields"):
            scheme.sign(request, secret=SECRET, now=NOW)


def test_templates_are_cut_into_their_parts():
    template = "v0:{method} {url}|{id}.{timestamp}.{body}"
    message = content.message(content.parts(template), REQUEST, timestamp=b"17", id=b"i")
    assert message == b"v0:POST https://example.com/a?b=1|i.17.body"
    assert content.signs_url(template)
    assert not content.signs_url("{body}")
    with pytest.raises(ValueError, match="unknown field: boody"):
        content.parts("{boody}")
    for odd in ("{body", "body}", "{}", "{a{b}"):
        with pytest.raises(ValueError, match="without its other half"):
            content.parts(odd)


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("https://a.example/x", "https://a.example:443/x"),
        ("http://a.example", "http://a.example:80"),
        ("https://a.example:8443/x:1?y=:2", "https://a.example/x:1?y=:2"),
        ("https://[::1]/x", "https://[::1]:443/x"),
        ("https://[::1]:80/x", "https://[::1]/x"),
        ("", "://:80"),
    ],
)
def test_the_other_port(url: str, other: str):
    assert content.with_other_port(url) == other


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59.9, "59 s"), (-301, "5 min 1 s"), (7200, "2 h"), (90_061, "1 d 1 h"), (86_400 * 400, "400 d")],
)
def test_spans_of_time_in_words(seconds: float, words: str):
    assert span(seconds) == words


@pytest.mark.parametrize(
    ("date", "seconds"),
    [
        (b"Tue, 14 Nov 2023 22:13:20 GMT", 1_700_000_000),
        (b"Tue, 32 Nov 2023 22:13:20 GMT", None),
        (b"Tue, 14 Foo 2023 22:13:20 GMT", None),
        (b"Tue, 14 Nov 0000 22:13:20 GMT", None),
        (b"2023-11-14T22:13:20Z", None),
        (b"", None),
    ],
)
def test_dates_of_senders(date: bytes, seconds: int | None):
    assert sent_at(REQUEST._replace(headers=Headers([(b"Date", date)]))) == seconds


@pytest.mark.parametrize(("late", "word"), [(600, "fast"), (-600, "slow")])
def test_a_wrong_clock_is_told_by_the_senders_date(late: int, word: str):
    dated = REQUEST._replace(headers=Headers([(b"Date", b"Tue, 14 Nov 2023 22:13:21 GMT")]))
    signed = TIMED.sign(dated, secret=SECRET, now=NOW)
    verdict = TIMED.verify(signed, secrets=[SECRET], now=NOW + timedelta(seconds=late))
    assert verdict.outcome == "expired"
    assert f"10 min {word}" in str(verdict.fix)


def test_a_time_past_all_calendars_is_only_too_far():
    signature = hmac.digest(b"s3cret", b"999999999999.body", "sha256").hex().encode()
    request = REQUEST._replace(headers=Headers([(b"X-Time", b"9" * 12), (b"X-Sig", signature)]))
    verdict = TIMED.verify(request, secrets=[SECRET], now=NOW)
    assert (verdict.outcome, verdict.cause, verdict.signed_at) == ("expired", "future", None)
    assert moment(253402300799) is not None


@pytest.mark.parametrize(
    ("key", "bad"),
    [("base64", "not base64!"), ("hex", "xyz"), ("whsec", "whsec_="), ("whsec", "whsec_é"), ("base64", "QQQQQ")],
)
def test_a_secret_of_the_wrong_form_is_refused_unseen(key: str, bad: str):
    scheme = TIMED._replace(key=key)
    with pytest.raises(UsageError) as refused:
        scheme.check(Secret("mine", bad))
    assert bad not in f"{refused.value.message} {refused.value.hint}"


@pytest.mark.parametrize("id", ["a b", "a\r\nX-Evil: 1", "é", "\0"])
def test_an_id_cannot_break_out_of_its_header(id: str):
    with pytest.raises(UsageError, match="visible ASCII"):
        TIMED._replace(id=Header("X-Id")).sign(REQUEST, secret=SECRET, now=NOW, id=id)


def test_an_id_is_kept_given_or_made():
    scheme = TIMED._replace(id=Header("X-Id"), signed="{id}{timestamp}{body}")
    borne = REQUEST._replace(headers=Headers([(b"X-Id", b"own")]))
    odd = REQUEST._replace(headers=Headers([(b"X-Id", b"o w n")]))
    ids = [
        scheme.sign(request, secret=SECRET, now=NOW, id=given).headers.first(b"x-id")
        for request, given in ((borne, None), (borne, "given"), (REQUEST, None), (odd, None))
    ]
    assert ids[:2] == [b"own", b"given"]
    assert ids[2] == ids[3]
    assert str(ids[2]).startswith("b'msg_")


def test_any_of_tells_the_most_and_first_of_never_falls_back():
    weak = SignatureScheme(signature=Header("X-Weak"), algorithm="hmac-sha1")
    signed = weak.sign(REQUEST, secret=SECRET, now=NOW)
    assert AnyOf((TIMED, weak)).verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"
    assert AnyOf((TIMED, weak)).verify(signed._replace(body=b""), secrets=[SECRET], now=NOW).outcome == "mismatch"
    both = FirstOf((TIMED, weak))
    assert both.verify(signed, secrets=[SECRET], now=NOW).outcome == "valid"
    stronger = TIMED.signature.put(signed, b"00")
    assert both.verify(stronger, secrets=[SECRET], now=NOW).outcome == "missing"
    assert both.verify(both.sign(stronger, secret=SECRET, now=NOW), secrets=[SECRET], now=NOW).outcome == "valid"
    assert both.verify(REQUEST, secrets=[SECRET], now=NOW).cause == "missing-header"
    assert both.describe()["also"] == "X-Weak"
    assert both.timed
    assert both.present(signed)
    assert not both.present(REQUEST)


def test_a_list_in_a_header_is_read_to_its_32nd_signature():
    scheme = SignatureScheme(signature=Pair("X-Sig", "v1"))
    good = scheme.sign(REQUEST, secret=SECRET, now=NOW).headers.first(b"x-sig")
    assert good is not None
    for others, outcome in ((31, "valid"), (32, "mismatch")):
        line = b",".join([b"v1=00"] * others + [good])
        request = REQUEST._replace(headers=Headers([(b"X-Sig", line)]))
        assert scheme.verify(request, secrets=[SECRET], now=NOW).outcome == outcome


def pem(key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey, *, password: bytes = b"") -> str:
    locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked).decode()


def test_keys_in_each_of_their_forms():
    private = Secret("private", ECDSA.make_secret(bytes(range(32))))
    public = Secret("public", ECDSA.public_key(private))
    key = serialization.load_der_private_key(b64decode(private.value), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    armoured = key.public_key().public_bytes(serialization.Encoding.PEM, spki).decode()
    forms = [private.value, pem(key), public.value, armoured, f"\n {public.value[:40]}\n{public.value[40:]}\n"]
    signed = ECDSA.sign(REQUEST, secret=Secret("pem", pem(key)), now=NOW)
    assert signed == ECDSA.sign(REQUEST, secret=private, now=NOW), "the same each time (RFC 6979)"
    for form in forms:
        secret = Secret("key", form)
        ECDSA.check(secret)
        assert ECDSA.verify(signed, secrets=[secret], now=NOW).outcome == "valid"
    with pytest.raises(UsageError, match="public is a public key") as refused:
        ECDSA.sign(REQUEST, secret=public, now=NOW)
    assert "whcli secret generate --provider" in str(refused.value.hint)


def test_what_is_no_key_on_the_curve_is_refused():
    curve = ec.derive_private_key(5, ec.SECP384R1())
    other = rsa.generate_private_key(65537, 1024)
    spki = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    for bad in (
        *("nonsense", "AAAA", "é", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
        *(pem(curve), pem(other), pem(ec.derive_private_key(5, ec.SECP256R1()), password=b"x")),
        *(b64encode(key.public_key().public_bytes(*spki)).decode() for key in (curve, other)),
    ):
        with pytest.raises(UsageError, match="mine is no ECDSA P-256 key") as refused:
            ECDSA.check(Secret("mine", bad))
        assert bad not in refused.value.message


def test_unchecked_says_what_to_do():
    assert "whcli providers" in str(unchecked(None).fix)
    assert "--provider stripe --secret" in str(unchecked("stripe").fix)
    assert {unchecked(None).outcome, unchecked("stripe").outcome} == {"unchecked"}
