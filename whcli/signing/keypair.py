"""ECDSA signatures over P-256: the sender holds a private key, the receiver its public half (FIPS 186-5).

A secret is a key as text: PEM, or the base64 of its DER, which is how SendGrid shows it. A public key verifies;
a private key verifies and signs. cryptography is imported where it is used: few commands meet it.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from whcli.errors import UsageError
from whcli.http import Request
from whcli.model import Secret, Verdict
from whcli.signing import claim, content
from whcli.signing.params import KeySource, Param, settings
from whcli.signing.slots import Slot

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey

P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class EcdsaScheme(NamedTuple):
    """ECDSA P-256 with SHA-256, a base64 DER signature in a slot of the request."""

    signature: Slot
    signed: str = "{body}"
    timestamp: Slot | None = None
    id: Slot | None = None
    prefix: str = ""
    tolerance: timedelta = claim.TOLERANCE
    digest: Slot | None = None
    when: tuple[Slot, bytes] | None = None

    note: str = ""
    needs_secret: bool = True
    params: tuple[Param, ...] = ()

    def bind(self, params: Mapping[str, str]) -> EcdsaScheme:
        """The scheme with its params known."""
        settings(self.params, params)
        return self

    def key_source(self, request: Request) -> KeySource | None:  # noqa: ARG002 - none of these is fetched
        """None: the secret is given."""
        return None

    @property
    def timed(self) -> bool:
        """Whether a timestamp is part of what is signed."""
        return self.timestamp is not None

    @property
    def signs_url(self) -> bool:
        """Whether the URL is part of what is signed."""
        return content.signs_url(self.signed)

    def present(self, request: Request) -> bool:
        """Whether the request bears a signature of this scheme."""
        return claim.present(self, request)

    def verify(
        self, request: Request, *, secrets: Sequence[Secret], now: datetime, tolerance: timedelta | None = None
    ) -> Verdict:
        """What to think of the request's signature; never raises."""
        return claim.judge(self, request, self._match, secrets=secrets, now=now, tolerance=tolerance)

    def sign(self, request: Request, *, secret: Secret, now: datetime, id: str | None = None) -> Request:
        """The request signed as of now, the same each time (RFC 6979). Raises UsageError for a public key."""
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        self.check(secret)
        private = _private(secret.value)
        if private is None:
            raise UsageError(
                f"The secret {secret.label} is a public key, which verifies; signing needs the private key.",
                hint="whcli secret generate --provider sendgrid",
            )
        prepared, made = claim.prepare(self, request, now=now, id=id)
        algorithm = ec.ECDSA(utils.Prehashed(hashes.SHA256()), deterministic_signing=True)
        signature = private.sign(self._hashed(prepared, made), algorithm)
        return self.signature.put(prepared, self.prefix.encode("ascii") + b64encode(signature))

    def check(self, secret: Secret) -> None:
        """Raises UsageError for what is no key on P-256; never shows it."""
        claim.check_text(secret)
        try:
            _public(secret.value)
        except ValueError:
            raise UsageError(
                f"The secret {secret.label} is no ECDSA P-256 key in PEM or base64.",
                hint="Copy the verification key whole, as the provider shows it.",
            ) from None

    def make_secret(self, entropy: bytes) -> str:
        """A new private key out of at least 32 random bytes, as base64 of its PKCS 8 DER."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec

        number = int.from_bytes(claim.seed(entropy), "big") % (P256_ORDER - 1) + 1
        der = ec.derive_private_key(number, ec.SECP256R1()).private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return b64encode(der).decode()

    def public_key(self, secret: Secret) -> str:
        """The public half as the provider shows it: base64 of its SubjectPublicKeyInfo DER."""
        from cryptography.hazmat.primitives import serialization

        self.check(secret)
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return b64encode(_public(secret.value).public_bytes(serialization.Encoding.DER, form)).decode()

    def describe(self) -> dict[str, str]:
        """The scheme in words, for a listing."""
        return claim.describe(self, algorithm="ecdsa-p256-sha256", encoding="base64")

    def alternatives(self) -> Iterator[tuple[str, str, EcdsaScheme]]:
        """None: a key pair leaves a signer no choice that shows in the request."""
        yield from ()

    def _match(self, request: Request, made: claim.Claim, secrets: Sequence[Secret]) -> Secret | None:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, utils

        hashed = self._hashed(request, made)
        algorithm = ec.ECDSA(utils.Prehashed(hashes.SHA256()))
        for secret in secrets:
            for candidate in made.signatures:
                try:
                    _public(secret.value).verify(_decoded(candidate[len(self.prefix) :]), hashed, algorithm)
                except InvalidSignature:
                    continue
                return secret
        return None

    def _hashed(self, request: Request, made: claim.Claim) -> bytes:
        hashed = hashlib.sha256()
        for piece in content.content(self.signed, request, timestamp=made.timestamp, id=made.id):
            hashed.update(piece)
        return hashed.digest()


def _decoded(text: bytes) -> bytes:
    """The signature in base64, or nothing for another spelling of it: one signature has one text."""
    try:
        decoded = b64decode(text, validate=True)
    except ValueError:
        return b""
    return decoded if b64encode(decoded) == text else b""


@lru_cache(maxsize=32)
def _private(text: str) -> EllipticCurvePrivateKey | None:
    """The private key, or None where the text is another key or none."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    pem, data = _key_bytes(text)
    load = serialization.load_pem_private_key if pem else serialization.load_der_private_key
    try:
        key = load(data, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # TypeError: it is encrypted
        return None
    return key if isinstance(key, ec.EllipticCurvePrivateKey) and isinstance(key.curve, ec.SECP256R1) else None


@lru_cache(maxsize=32)
def _public(text: str) -> EllipticCurvePublicKey:
    """The public key, or the public half of a private one. Raises ValueError for anything else."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = _private(text)
    if private is not None:
        return private.public_key()
    pem, data = _key_bytes(text)
    load = serialization.load_pem_public_key if pem else serialization.load_der_public_key
    try:
        key = load(data)
    except UnsupportedAlgorithm as error:
        raise ValueError("another curve") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError("another kind of key")  # noqa: TRY004 - of a value, not of an argument's type
    return key


def _key_bytes(text: str) -> tuple[bool, bytes]:
    """Whether the text is PEM, and the bytes to load."""
    if "-----" in text:
        return True, text.strip().encode()
    try:
        return False, b64decode("".join(text.split()), validate=True)
    except ValueError:
        return False, b""
