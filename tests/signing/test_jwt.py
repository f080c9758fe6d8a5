"""Tokens, held against PyJWT in both directions and against every trick by which a token has passed that should not."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt as pyjwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st

from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret, Verdict
from whcli.signing import jwk, jws
from whcli.signing.jwt import Bound, JwtScheme, body_base64url, body_hex, url, url_hex
from whcli.signing.slots import Header

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SECONDS = 1_700_000_000
HMAC = Secret("shared", "a shared secret of more than sixty-four bytes, so that PyJWT finds no fault with it")
ALL = tuple(jws.ALGORITHMS)
SCHEME = JwtScheme(
    Header("X-Token"),
    algorithms=ALL,
    bound=(Bound("hash", body_hex), Bound("url_hash", url_hex, "URL")),
    fixed=(("iss", "acme"),),
    times=("iat", "nbf", "exp"),
    leeway=timedelta(seconds=10),
    id_claim="jti",
)
REQUEST = Request("POST", "https://example.com/hooks?a=1", Headers([(b"Host", b"example.com")]), b'{"a": 1}')

PRIVATE: Mapping[str, Any] = {
    "RSA": rsa.generate_private_key(65537, 2048),
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "P-521": ec.generate_private_key(ec.SECP521R1()),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
}


def pem(key: Any) -> str:
    if hasattr(key, "private_bytes"):
        none = serialization.NoEncryption()
        return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, none).decode()
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def certificate(key: Any) -> str:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "acme")])
    start = datetime(2023, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder(name, name, key.public_key(), 1, start, start + timedelta(days=9999))
    signed = built.sign(key, None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM).decode()


def as_jwk(kind: str, key: Any, **more: str) -> dict[str, Any]:
    algorithm = next(name for name, (needed, _) in jws.ALGORITHMS.items() if needed == kind)
    found = pyjwt.get_algorithm_by_name(algorithm).to_jwk(key, as_dict=True)
    found.pop("key_ops", None)
    return {**found, **more}


def claims(request: Request = REQUEST, **changed: object) -> dict[str, object]:
    made = {
        "iss": "acme",
        "iat": SECONDS,
        "nbf": SECONDS,
        "exp": SECONDS + 300,
        "hash": hashlib.sha256(request.body).hexdigest(),
        "url_hash": hashlib.sha256(request.url.encode()).hexdigest(),
    }
    return {name: value for name, value in {**made, **changed}.items() if value is not None}


def with_token(token: str | bytes, request: Request = REQUEST) -> Request:
    raw = token if isinstance(token, bytes) else token.encode()
    return request._replace(headers=request.headers.put(b"X-Token", raw))


def judge(token: str | bytes, secret: Secret = HMAC, scheme: JwtScheme = SCHEME, request: Request = REQUEST) -> Verdict:
    return scheme.verify(with_token(token, request), secrets=[secret], now=NOW)


def raw_token(header: object, payload: object, key: bytes = HMAC.value.encode(), *, algorithm: str = "sha256") -> str:
    """A token by hand, with a good HMAC over whatever it says."""
    front = ".".join(part if isinstance(part, str) else part64(json.dumps(part).encode()) for part in (header, payload))
    return f"{front}.{part64(hmac.digest(key, front.encode(), algorithm))}"


def part64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signing_text(algorithm: str) -> str:
    kind = jws.ALGORITHMS[algorithm][0]
    return HMAC.value if kind == "oct" else pem(PRIVATE[kind])


@pytest.mark.parametrize("algorithm", ALL)
def test_what_the_other_side_made_is_valid(algorithm: str):
    kind = jws.ALGORITHMS[algorithm][0]
    token = pyjwt.encode(claims(), signing_text(algorithm), algorithm)
    texts = [HMAC.value]
    if kind != "oct":
        private = PRIVATE[kind]
        public = private.public_key()
        set_of = {"keys": [{"kty": "odd"}, {}, "x", as_jwk(kind, public)]}
        one, signing = json.dumps(as_jwk(kind, public)), json.dumps(as_jwk(kind, private))
        der = "".join(pem(public).splitlines()[1:-1])
        texts = [pem(public), pem(private), certificate(private), one, json.dumps(set_of), der]
        if kind != "RSA":
            texts.append(signing)
    for text in texts:
        secret = Secret("key", text)
        SCHEME.check(secret)
        verdict = judge(token, secret)
        assert (verdict.outcome, verdict.secret_label, verdict.signed_at) == ("valid", "key", NOW), (text, verdict)
        assert judge(token[:-4] + "AAAA", secret).outcome == "mismatch"


@pytest.mark.parametrize("algorithm", ALL)
def test_the_other_side_takes_what_is_made_here(algorithm: str):
    secret = Secret("key", signing_text(algorithm))
    only = SCHEME._replace(algorithms=(algorithm,))
    signed = only.sign(REQUEST, secret=secret, now=NOW, id="evt_1")
    assert only.sign(signed, secret=secret, now=NOW, id="evt_1") == signed
    token = (signed.headers.first(b"X-Token") or b"").decode()
    kind = jws.ALGORITHMS[algorithm][0]
    key = secret.value if kind == "oct" else PRIVATE[kind].public_key()
    known = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    assert pyjwt.decode(token, key, [algorithm], issuer="acme", options=known) == {**claims(), "jti": "evt_1"}
    assert only.verify(signed, secrets=[secret], now=NOW).outcome == "valid"


@pytest.mark.parametrize("algorithm", ["HS256", "ES256", "ES384", "ES512", "EdDSA"])
def test_a_new_secret_signs_and_its_public_half_verifies(algorithm: str):
    only = SCHEME._replace(algorithms=(algorithm,))
    made = only.make_secret(bytes(range(32)))
    assert made == only.make_secret(bytes(range(32))) != only.make_secret(bytes(32))
    secret = Secret("new", made)
    public = only.public_key(secret)
    signed = only.sign(REQUEST, secret=secret, now=NOW)
    assert only.verify(signed, secrets=[Secret("public", public or made)], now=NOW).outcome == "valid"
    if public is not None:
        assert '"d"' not in public
        with pytest.raises(UsageError, match="public key"):
            only.sign(REQUEST, secret=Secret("public", public), now=NOW)
    with pytest.raises(ValueError, match="32 random bytes"):
        only.make_secret(bytes(31))


HEADER = {"alg": "HS256", "typ": "JWT"}
NONE = part64(json.dumps({"alg": "none", "typ": "JWT"}).encode())
PAYLOAD = part64(json.dumps(claims()).encode())
GOOD = raw_token(HEADER, claims())


def test_a_token_by_hand_is_valid():
    assert judge(GOOD).outcome == "valid"


@pytest.mark.parametrize(
    "alg", ["none", "None", "NONE", "nOnE", "", "hs256", "HS256 ", "HS1", None, 1, ["HS256"], {}, True]
)
def test_an_algorithm_that_is_not_taken_is_refused(alg: object):
    head = {"alg": alg, "typ": "JWT"}
    for token in (f"{part64(json.dumps(head).encode())}.{PAYLOAD}.", raw_token(head, claims())):
        assert judge(token).outcome == "malformed"
    assert judge(raw_token({"typ": "JWT"}, claims())).outcome == "malformed"


def test_an_algorithm_outside_of_the_schemes_own_is_refused():
    strict = SCHEME._replace(algorithms=("HS512",))
    assert judge(GOOD, scheme=strict).outcome == "malformed"
    assert judge(raw_token({"alg": "HS512"}, claims(), algorithm="sha512"), scheme=strict).outcome == "valid"
    assert judge(raw_token({"alg": "HS512"}, claims(), algorithm="sha256"), scheme=strict).outcome == "mismatch"


@pytest.mark.parametrize("kind", PRIVATE)
def test_a_public_key_is_never_a_shared_secret(kind: str):
    public = PRIVATE[kind].public_key()
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    texts = [
        pem(public),
        pem(public).strip(),
        " " + pem(public),
        certificate(PRIVATE[kind]),
        json.dumps(as_jwk(kind, public)),
        json.dumps({"keys": [as_jwk(kind, public)]}),
        base64.b64encode(der).decode(),
        pem(public).replace("PUBLIC", "PUBLIQUE"),
    ]
    keys = [*(text.encode() for text in texts), der]
    for text in texts:
        for key in keys:
            for name, (needed, algorithm) in jws.ALGORITHMS.items():
                if needed == "oct":
                    token = raw_token({"alg": name}, claims(), key, algorithm=algorithm)
                    assert judge(token, Secret("public", text)).outcome == "mismatch"


@pytest.mark.parametrize(
    "more",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": None},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"jwk": as_jwk("P-256", PRIVATE["P-256"].public_key())},
        {"jwk": None},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/cert.pem"},
        {"x5c": ["MIIB"]},
        {"kid": 1},
        {"kid": ["a"]},
    ],
    ids="-".join,  # of the names alone, as the key differs with each process
)
def test_a_token_that_brings_a_key_or_demands_the_unknown_is_refused(more: dict[str, object]):
    verdict = judge(raw_token({**HEADER, **more}, claims()))
    assert verdict.outcome == "malformed"
    assert "evil" not in verdict.reason


def test_a_key_within_the_token_is_not_used():
    own = ec.generate_private_key(ec.SECP256R1())
    for more in ({"jwk": as_jwk("P-256", own.public_key())}, {"x5c": [certificate(own)]}):
        token = pyjwt.encode(claims(), own, "ES256", headers=more)
        assert judge(token, Secret("theirs", pem(PRIVATE["P-256"].public_key()))).outcome == "malformed"


def test_the_key_id_chooses_among_keys():
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(3)]
    public = [as_jwk("P-256", key.public_key(), kid=str(number)) for number, key in enumerate(keys)]
    secret = Secret("set", json.dumps({"keys": public}))
    for number, key in enumerate(keys):
        for named, outcome in ((str(number), "valid"), (str(number + 1), "mismatch"), ("", "valid")):
            token = pyjwt.encode(claims(), key, "ES256", headers={"kid": named} if named else {})
            assert judge(token, secret).outcome == outcome
    only = Secret("one", json.dumps({"keys": [public[0] | {"alg": "ES384"}]}))
    assert judge(pyjwt.encode(claims(), keys[0], "ES256"), only).outcome == "mismatch"
    encrypting = Secret("enc", json.dumps({"keys": [public[0] | {"use": "enc"}]}))
    with pytest.raises(UsageError):
        SCHEME.check(encrypting)


MANGLED: Mapping[str, Callable[[str], str | bytes]] = {
    "padded": lambda token: token + "=",
    "a space before": lambda token: " " + token,
    "a space behind": lambda token: token + " ",
    "a line end inside": lambda token: token.replace(".", ".\n", 1),
    "a part more": lambda token: token + ".",
    "two tokens": lambda token: f"{token},{token}",
    "no signature": lambda token: token.rpartition(".")[0] + ".",
    "two parts": lambda token: token.rpartition(".")[0],
    "other alphabet": lambda token: token.replace("-", "+").replace("_", "/") + "/",
    "not ASCII": lambda token: token.encode() + b"\xff",
    "Bearer": lambda token: "Bearer " + token,
    "a megabyte": lambda token: token + "A" * 10**6,
    "dots": lambda _: "." * 100_000,
    "empty": lambda _: "",
}


@pytest.mark.parametrize("name", MANGLED)
def test_a_token_has_one_spelling(name: str):
    verdict = judge(MANGLED[name](GOOD))
    assert verdict.outcome in ("malformed", "mismatch")


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
@settings(max_examples=400, deadline=None)
def test_no_byte_of_a_token_can_change(at: int, value: int):
    raw = GOOD.encode()
    changed = raw[:at] + bytes([value]) + raw[at + 1 :]
    if changed != raw:
        assert judge(changed).outcome in ("malformed", "mismatch")


def test_unused_bits_of_the_last_character_count():
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    for last in alphabet:
        assert (judge(GOOD[:-1] + last).outcome == "valid") == (last == GOOD[-1])


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        (HEADER, part64(b'{"iss":"acme","iss":"acme"}')),
        (part64(b'{"alg":"HS256","alg":"HS256"}'), claims()),
        (part64(b'{"alg":"HS256","alg":"none"}'), claims()),
        (HEADER, part64(b"[]")),
        (HEADER, part64(b"null")),
        (HEADER, part64(b"\xff")),
        (HEADER, ""),
        (HEADER, part64(b"[" * 9_000)),
        (HEADER, part64(b'{"exp": NaN}')),
        (HEADER, part64(b'{"exp": 1e999}')),
        (part64(b"[]"), claims()),
        (part64(b"HS256"), claims()),
        ("", claims()),
        (part64(b"{" * 5_000), claims()),
    ],
)
def test_json_that_readers_disagree_about_is_refused(header: object, payload: object):
    assert judge(raw_token(header, payload)).outcome != "valid"


@pytest.mark.parametrize(
    ("changed", "outcome", "cause"),
    [
        ({"exp": SECONDS - 10}, "valid", None),
        ({"exp": SECONDS - 11}, "expired", "stale"),
        ({"nbf": SECONDS + 10}, "valid", None),
        ({"nbf": SECONDS + 11}, "expired", "future"),
        ({"exp": SECONDS + 0.5}, "valid", None),
        ({"exp": str(SECONDS + 300)}, "malformed", "malformed-header"),
        ({"exp": True}, "malformed", "malformed-header"),
        ({"exp": -1}, "malformed", "malformed-header"),
        ({"exp": 10**40}, "malformed", "malformed-header"),
        ({"exp": None}, "malformed", "malformed-header"),
        ({"nbf": None}, "malformed", "malformed-header"),
        ({"iat": None}, "malformed", "malformed-header"),
        ({"nbf": [SECONDS]}, "malformed", "malformed-header"),
        ({"iss": "other"}, "mismatch", "unknown"),
        ({"iss": None}, "mismatch", "unknown"),
        ({"iss": ["acme"]}, "mismatch", "unknown"),
        ({"hash": "00" * 32}, "mismatch", "unknown"),
        ({"hash": None}, "mismatch", "unknown"),
        ({"hash": ""}, "mismatch", "unknown"),
        ({"hash": 0}, "mismatch", "unknown"),
        ({"hash": hashlib.sha256(REQUEST.body).hexdigest().upper()}, "mismatch", "unknown"),
        ({"url_hash": "00" * 32}, "mismatch", "url-mismatch"),
        ({"url_hash": None}, "mismatch", "url-mismatch"),
    ],
    ids=str,
)
def test_claims_bind_a_token(changed: dict[str, object], outcome: str, cause: str | None):
    verdict = judge(raw_token(HEADER, claims(**changed)))
    assert (verdict.outcome, verdict.cause) == (outcome, cause), verdict


def test_a_token_is_for_one_body_and_one_url():
    other = REQUEST._replace(body=b"{}")
    assert "another body" in judge(GOOD, request=other).reason
    assert "another URL" in judge(GOOD, request=REQUEST._replace(url="https://example.com/")).reason
    plain = SCHEME._replace(bound=(Bound("body", body_base64url), Bound("sub", url, "URL")), fixed=())
    digest = base64.urlsafe_b64encode(hashlib.sha256(REQUEST.body).digest()).decode()
    for written in (digest, digest.rstrip("=")):
        token = raw_token(HEADER, claims(body=written, sub=REQUEST.url))
        assert judge(token, scheme=plain).outcome == "valid"
    assert judge(raw_token(HEADER, claims(body=digest, sub=REQUEST.url + "/")), scheme=plain).outcome == "mismatch"
    assert plain.signs_url
    assert not SCHEME._replace(bound=()).signs_url


def test_an_expiry_that_nobody_asked_for_counts_all_the_same():
    untimed = SCHEME._replace(times=())
    assert judge(raw_token(HEADER, claims(exp=None, nbf=None, iat=None)), scheme=untimed).outcome == "valid"
    assert judge(raw_token(HEADER, claims(exp=1)), scheme=untimed).outcome == "expired"


def test_the_age_of_a_token_without_end_is_bounded():
    aged = SCHEME._replace(times=("iat",), leeway=timedelta(minutes=5))
    for late, outcome in ((300, "valid"), (301, "expired"), (-300, "valid"), (-301, "expired")):
        token = raw_token(HEADER, claims(iat=SECONDS - late, exp=None, nbf=None))
        assert judge(token, scheme=aged).outcome == outcome


def test_headers_said_twice_or_not_at_all():
    assert SCHEME.verify(REQUEST, secrets=[HMAC], now=NOW).outcome == "missing"
    for second in (GOOD, GOOD[:-2] + "xx"):
        twice = REQUEST._replace(headers=Headers([(b"X-Token", GOOD.encode()), (b"x-token", second.encode())]))
        assert SCHEME.verify(twice, secrets=[HMAC], now=NOW).outcome == "malformed"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "-----BEGIN PUBLIC KEY-----",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "{}",
        '{"keys": []}',
        '{"kty": "oct", "k": ""}',
        '{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"}',
        '{"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}',
        '{"kty": "OKP", "crv": "X25519", "x": "AA"}',
        '{"kty": "RSA", "n": "AQAB", "e": "AQAB"}',
        '{"kty": ["EC"]}',
        '{"keys": {"a": 1}}',
        "{" * 70_000,
        pem(rsa.generate_private_key(65537, 1024).public_key()),
        pem(ec.generate_private_key(ec.SECP256K1()).public_key()),
    ],
)
def test_what_is_no_key_is_refused(text: str):
    with pytest.raises(UsageError, match="mine"):
        SCHEME.check(Secret("mine", text))
    assert judge(GOOD, Secret("mine", text)).outcome == "mismatch"


def test_a_shared_secret_where_a_key_belongs_is_refused():
    with pytest.raises(UsageError, match="JWK"):
        SCHEME._replace(algorithms=("ES256",)).check(HMAC)
    with pytest.raises(UsageError, match="shared secret"):
        SCHEME._replace(algorithms=("HS256",)).check(Secret("key", pem(PRIVATE["RSA"])))


def test_a_symmetric_jwk_is_a_shared_secret():
    secret = Secret("oct", json.dumps({"kty": "oct", "k": part64(HMAC.value.encode())}))
    SCHEME.check(secret)
    assert judge(GOOD, secret).outcome == "valid"


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text_is_a_key_or_is_refused(text: str):
    try:
        keys = jwk.load(text)
    except ValueError:
        return
    assert all(key.kind == "oct" for key in keys)
