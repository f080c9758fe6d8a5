"""Signed tokens: `header.payload.signature` in base64url (RFC 7515), read strictly and made.

The algorithms of RFC 7518 and 8037 that webhooks use. `none` is not among them, and a token that brings or names
its own key, or that demands what is not understood here, is refused whatever its signature (RFC 8725, 3).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from whcli.errors import UsageError
from whcli.model import Secret
from whcli.signing import claim
from whcli.signing.jwk import CURVES, Key, decoded, encoded, load, make, public_half, strict_json

ALGORITHMS: Mapping[str, tuple[str, str]] = {
    "HS256": ("oct", "sha256"),
    "HS384": ("oct", "sha384"),
    "HS512": ("oct", "sha512"),
    "RS256": ("RSA", "sha256"),
    "RS384": ("RSA", "sha384"),
    "RS512": ("RSA", "sha512"),
    "ES256": ("P-256", "sha256"),
    "ES384": ("P-384", "sha384"),
    "ES512": ("P-521", "sha512"),
    "EdDSA": ("Ed25519", ""),
}
"""The kind of key that each needs, and its hash."""
LONGEST_TOKEN = 1 << 14
"""Bytes; those of webhooks have some 600."""
OWN_KEYS = ("jwk", "jku", "x5c", "x5u")
"""Members of a header by which a token brings its own key (RFC 7515, 4.1)."""


class BadToken(ValueError):
    """A token that cannot be checked; the text says why, and quotes nothing of it."""


class Token(NamedTuple):
    """A token as read, nothing of it believed."""

    header: Mapping[str, Any]
    payload: bytes
    signed: bytes
    """What the signature is over."""
    signature: bytes

    @property
    def algorithm(self) -> str:
        """As the token says it, one of ALGORITHMS."""
        return str(self.header["alg"])

    def claims(self) -> Mapping[str, Any]:
        """The payload as the claims of a JWT. Raises BadToken."""
        try:
            claims = strict_json(self.payload.decode("utf-8"))
        except ValueError:
            claims = None
        if not isinstance(claims, dict):
            raise BadToken("has claims that are no JSON object")
        return claims


def read(text: bytes, *, algorithms: Collection[str], own_keys: Iterable[str] = OWN_KEYS) -> Token:
    """The parts of a token. Raises BadToken for any but one of these algorithms, or with a key of its own."""
    parts = text.decode("ascii", "replace").split(".")
    if len(text) > LONGEST_TOKEN or len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
        raise BadToken("is no token of three parts")
    try:
        header = _header(parts[0])
        payload, signature = decoded(parts[1]), decoded(parts[2])
    except ValueError:
        raise BadToken("is not base64url of JSON") from None
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str) or header["alg"] not in algorithms:
        raise BadToken(f"is not made with {' or '.join(algorithms)}")
    if "crit" in header or "b64" in header:
        raise BadToken("demands an extension that is not known")
    if any(name in header for name in own_keys):
        raise BadToken("brings a key of its own")
    if not isinstance(header.get("kid", ""), str):
        raise BadToken("has a key id that is no text")
    return Token(header, payload, text.rpartition(b".")[0], signature)


@lru_cache(maxsize=64)
def _header(text: str) -> Any:
    """The header of a token; a sender's tokens have all the same."""
    return strict_json(decoded(text).decode("utf-8"))


def fitting(text: str, token: Token) -> list[Key]:
    """The keys of a secret's text that may have made the token: of its algorithm's kind, and of its key id."""
    kind, named = ALGORITHMS[token.algorithm][0], token.header.get("kid", "")
    try:
        keys = load(text)
    except ValueError:
        return []
    return [
        key
        for key in keys
        if key.kind == kind
        and key.public
        and key.algorithm in ("", token.algorithm)
        and (not named or key.id in ("", named))
    ]


def holds(token: Token, key: Key) -> bool:
    """Whether the key made the token's signature; the key is of its algorithm's kind."""
    kind, name = ALGORITHMS[token.algorithm]
    if kind == "oct":
        return hmac.compare_digest(token.signature, hmac.digest(key.public, token.signed, name))
    from cryptography.exceptions import InvalidSignature

    try:
        if kind == "Ed25519":
            key.public.verify(token.signature, token.signed)
        elif kind == "RSA":
            from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

            key.public.verify(token.signature, token.signed, PKCS1v15(), _hash(name))
        else:
            from cryptography.hazmat.primitives.asymmetric.ec import ECDSA

            key.public.verify(_der(token.signature, CURVES[kind][1]), token.signed, ECDSA(_hash(name)))
    except InvalidSignature:
        return False
    return True


def _hash(name: str) -> Any:
    from cryptography.hazmat.primitives import hashes

    return getattr(hashes, name.upper())()


def _der(signature: bytes, size: int) -> bytes:
    """An ECDSA signature of two numbers side by side (RFC 7518, 3.4) as cryptography wants it."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    if len(signature) != 2 * size:
        raise InvalidSignature
    return encode_dss_signature(int.from_bytes(signature[:size]), int.from_bytes(signature[size:]))


def write(header: Mapping[str, Any], payload: bytes, key: Key) -> str:
    """A token made with a key, the same each time (RFC 6979 for ECDSA). The key is a shared or private one."""
    front = encoded(json.dumps(header, separators=(",", ":")).encode())
    signed = f"{front}.{encoded(payload)}"
    return f"{signed}.{encoded(_made(str(header['alg']), signed.encode(), key))}"


def _made(algorithm: str, signed: bytes, key: Key) -> bytes:
    kind, name = ALGORITHMS[algorithm]
    if kind == "oct":
        return hmac.digest(key.public, signed, name)
    made: bytes
    if kind == "Ed25519":
        made = key.private.sign(signed)
    elif kind == "RSA":
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15

        made = key.private.sign(signed, PKCS1v15(), _hash(name))
    else:
        from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        size = CURVES[kind][1]
        der = key.private.sign(signed, ECDSA(_hash(name), deterministic_signing=True))
        made = b"".join(number.to_bytes(size) for number in decode_dss_signature(der))
    return made


def maker(token: Token, secrets: Sequence[Secret]) -> Secret | None:
    """Which of the secrets made a token."""
    for secret in secrets:
        if any(holds(token, key) for key in fitting(secret.value, token)):
            return secret
    return None


def check(secret: Secret, algorithms: Sequence[str]) -> None:
    """Raises UsageError for a secret that holds no key of these algorithms; never shows it."""
    claim.check_text(secret)
    kinds = {ALGORITHMS[each][0] for each in algorithms}
    try:
        fits = any(key.kind in kinds for key in load(secret.value))
    except ValueError:
        fits = False
    if not fits:
        forms = "a shared secret" if kinds == {"oct"} else "a key in PEM, as a JWK or a JWK Set"
        raise UsageError(f"the secret {secret.label} is not {forms} for {' or '.join(algorithms)}")


def signing_key(secret: Secret, algorithms: Sequence[str]) -> Key:
    """The first key of a secret that signs. Raises UsageError for a public key."""
    check(secret, algorithms)
    kinds = {ALGORITHMS[each][0] for each in algorithms}
    for key in load(secret.value):
        if key.kind in kinds and (key.kind == "oct" or key.private is not None):
            return key
    raise UsageError(
        f"the secret {secret.label} is a public key, which verifies; signing needs the private key",
        hint="whcli secret generate --provider NAME",
    )


def make_secret(entropy: bytes, algorithms: Sequence[str]) -> str:
    """A new secret for the first of the algorithms, out of at least 32 random bytes."""
    seed, kind = claim.seed(entropy), ALGORITHMS[algorithms[0]][0]
    return seed.hex() if kind == "oct" else make(kind, seed)


def public_key(secret: Secret) -> str | None:
    """The public half of a private key, for the receiver; None for a shared secret."""
    return None if load(secret.value)[0].kind == "oct" else public_half(secret.value)
