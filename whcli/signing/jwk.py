"""Keys as text: PEM, X.509 in PEM, base64 of DER, JWK and JWK Sets (RFC 7517, 7518, 8037), or a shared secret.

What kind a key is follows from its own text, never from what a token says, and a text that is a public key is
never taken for a shared secret: HS256 made with a public key as its secret cannot pass.
"""

from __future__ import annotations

import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256, sha512
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurve

MOST_KEYS = 64
"""Keys read of one set."""
LONGEST = 1 << 16
"""Characters of a text that is read as a key or a set."""
LEAST_RSA = 2048
"""Bits (RFC 7518, 3.3)."""
CURVES = {"P-256": ("secp256r1", 32), "P-384": ("secp384r1", 48), "P-521": ("secp521r1", 66)}
"""The name of a curve elsewhere, and the bytes of one of its numbers (RFC 7518, 6.2.1)."""


class Key(NamedTuple):
    """One key of a text."""

    kind: str
    """`oct` for a shared secret, `RSA`, a curve of CURVES, or `Ed25519`."""
    public: Any
    """A public key of cryptography's, or the bytes of a shared secret."""
    private: Any = None
    """A private key of cryptography's, if the text holds it."""
    id: str = ""
    """What a token names it by; empty where the text names none."""
    algorithm: str = ""
    """The only one that it is for; empty for any of its kind."""
    begins: datetime | None = None
    """When the certificate that holds it begins to count; None for a bare key."""
    ends: datetime | None = None


def strict_json(text: str) -> Any:
    """A JSON value, in which no name is said twice and no number is out of bounds. Raises ValueError."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name is said twice")
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


def decoded(text: str) -> bytes:
    """The bytes of base64url without padding, in its one spelling (RFC 7515, 2). Raises ValueError."""
    raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encoded(raw) != text:
        raise ValueError("not base64url")
    return raw


def encoded(raw: bytes) -> str:
    """Base64url without padding."""
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


@lru_cache(maxsize=64)
def load(text: str) -> tuple[Key, ...]:
    """The keys of a text, at least one. Raises ValueError for a text that looks like a key and is none."""
    stripped = text.strip()
    if len(stripped) > LONGEST:
        raise ValueError("too long for a key")
    if not ("-----BEGIN" in stripped or stripped.startswith(("{", "M"))):
        return (Key("oct", text.encode("utf-8")),)  # without cryptography, which is dear to import
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        if "-----BEGIN CERTIFICATE-----" in stripped:
            return (_from_certificate(stripped.encode()),)
        if "-----BEGIN" in stripped:
            return (_of(_from_pem(stripped.encode())),)
        if stripped.startswith("{"):
            return _from_json(strict_json(stripped))
        found = _from_der(stripped)
        return (_of(found),) if found is not None else (Key("oct", text.encode("utf-8")),)
    except (UnsupportedAlgorithm, TypeError, AttributeError, KeyError) as error:
        raise ValueError("a key of a kind that is not used here") from error


def _from_certificate(pem: bytes) -> Key:
    from cryptography import x509

    found = x509.load_pem_x509_certificate(pem)
    return _of(found.public_key())._replace(begins=found.not_valid_before_utc, ends=found.not_valid_after_utc)


def _from_pem(pem: bytes) -> Any:
    from cryptography.hazmat.primitives import serialization

    if b"PRIVATE KEY-----" in pem:
        return serialization.load_pem_private_key(pem, None)
    return serialization.load_pem_public_key(pem)


def _from_der(text: str) -> Any:
    """The key of a base64 text without armour, or None for a text that is none: then it is a shared secret.

    Each begins with M, as DER sequences do.
    """
    from cryptography.hazmat.primitives import serialization

    try:
        der = b64decode("".join(text.split()), validate=True)
    except ValueError:
        return None
    for read in (serialization.load_der_public_key, lambda der: serialization.load_der_private_key(der, None)):
        try:
            return read(der)
        except ValueError:
            continue
    return None


def _of(key: Any, *, id: str = "", algorithm: str = "") -> Key:
    """A key of cryptography's with its kind. Raises ValueError for one that no algorithm here uses."""
    private = key if hasattr(key, "public_key") else None
    public = private.public_key() if private is not None else key
    name = type(public).__name__
    curve = getattr(getattr(public, "curve", None), "name", None)
    kinds = [kind for kind, (known, _) in CURVES.items() if known == curve]
    if "Ed25519" in name:
        kinds = ["Ed25519"]
    elif "RSA" in name:
        if public.key_size < LEAST_RSA:
            raise ValueError("an RSA key of too few bits")
        kinds = ["RSA"]
    if not kinds:
        raise ValueError("a key of a kind that is not used here")
    return Key(kinds[0], public, private, id, algorithm)


def _from_json(document: Any) -> tuple[Key, ...]:
    """The keys of a JWK, or those of a set that can be used here (RFC 7517, 5)."""
    if not isinstance(document.get("keys"), list):
        return (_from_jwk(document),)
    found = []
    for jwk in document["keys"][:MOST_KEYS]:
        try:
            found.append(_from_jwk(jwk))
        except (ValueError, TypeError, AttributeError, KeyError):
            continue
    if not found:
        raise ValueError("a set without a key that is used here")
    return tuple(found)


def _from_jwk(jwk: dict[str, Any]) -> Key:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if jwk.get("use", "sig") != "sig":
        raise ValueError("a key for something else")
    named = {"id": str(jwk.get("kid", "")), "algorithm": str(jwk.get("alg", ""))}
    kind = jwk["kty"]
    if kind == "oct" and (raw := decoded(jwk["k"])):
        return Key("oct", raw, None, named["id"], named["algorithm"])
    if kind == "RSA":
        numbers = rsa.RSAPublicNumbers(e=_number(jwk["e"]), n=_number(jwk["n"]))
        return _of(numbers.public_key(), **named)
    if kind == "OKP" and jwk["crv"] == "Ed25519":
        if "d" in jwk:
            return _of(ed25519.Ed25519PrivateKey.from_private_bytes(decoded(jwk["d"])), **named)
        return _of(ed25519.Ed25519PublicKey.from_public_bytes(decoded(jwk["x"])), **named)
    if kind == "EC":
        size, curve = CURVES[jwk["crv"]][1], _curve(jwk["crv"])
        x, y = (decoded(jwk[axis]) for axis in "xy")
        if not len(x) <= size >= len(y):
            raise ValueError("numbers too long")
        point = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), curve)
        if "d" in jwk:
            return _of(ec.EllipticCurvePrivateNumbers(_number(jwk["d"]), point).private_key(), **named)
        return _of(point.public_key(), **named)
    raise ValueError("a key of a kind that is not used here")


def _curve(kind: str) -> EllipticCurve:
    from cryptography.hazmat.primitives.asymmetric import ec

    curve: EllipticCurve = getattr(ec, CURVES[kind][0].upper())()
    return curve


def _number(text: str) -> int:
    return int.from_bytes(decoded(text))


def make(kind: str, seed: bytes) -> str:
    """A new private key of a curve or Ed25519, as a JWK on one line, out of 32 random bytes."""
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519

    if kind == "Ed25519":
        point = ed25519.Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        public = {"kty": "OKP", "crv": kind, "x": encoded(point)}
        private = encoded(seed)
    else:
        size, curve = CURVES[kind][1], _curve(kind)
        bits = (size - 1) * 8  # below the order of each of the curves
        number = int.from_bytes(sha512(seed).digest() + sha512(b"2" + seed).digest()) % (1 << bits) + 1
        numbers = ec.derive_private_key(number, curve).public_key().public_numbers()
        x, y, private = (encoded(value.to_bytes(size)) for value in (numbers.x, numbers.y, number))
        public = {"kty": "EC", "crv": kind, "x": x, "y": y}
    print_ = sha256(json.dumps(public, sort_keys=True, separators=(",", ":")).encode()).digest()
    return json.dumps({**public, "kid": encoded(print_), "d": private}, separators=(",", ":"))


def public_half(text: str) -> str:
    """A private key's public half: a JWK for a JWK, PEM for any other form. Raises ValueError."""
    from cryptography.hazmat.primitives import serialization

    (key,) = load(text)
    if key.kind == "oct":
        raise ValueError("a shared secret has no public half")
    if text.lstrip().startswith("{"):
        jwk = strict_json(text)
        return json.dumps({name: value for name, value in jwk.items() if name != "d"}, separators=(",", ":"))
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem: bytes = key.public.public_bytes(serialization.Encoding.PEM, form)
    return pem.decode()
