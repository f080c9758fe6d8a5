"""Signatures by a key pair: the sender holds the private half, the receiver the public one (FIPS 186-5, RFC 8017).

A secret is a key as text: any form of jwk.py, the 32 bytes of Ed25519 in hex or base64, Standard Webhooks' `whpk_`
and `whsk_`, or JSON that holds a PEM. A public key verifies; a private one does both. cryptography is imported where
it is used: few commands meet it.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64decode, b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from whcli.http import Body, pieces
from whcli.model import Verdict
from whcli.signing import jwk
from whcli.signing.age import span
from whcli.signing.mac import update

if TYPE_CHECKING:
    from datetime import datetime

RAW = 32
"""Bytes of an Ed25519 key, public or private."""
PEM = re.compile(r"-----BEGIN ([A-Z ]{1,40})-----(?:\\n|[A-Za-z0-9+/=\s])+-----END \1-----")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551

PublicForm = Literal["der", "pem", "hex", "base64", "whpk"]
"""How a provider shows its public key: base64 of the DER, PEM, or Ed25519's 32 bytes."""


class KeyPair(NamedTuple):
    """One algorithm with a key pair."""

    name: str
    words: str
    """As in "is no … key"."""
    kind: Literal["Ed25519", "P-256", "RSA"]
    """As jwk.Key has it."""
    hash: str = ""

    def public(self, text: str) -> tuple[Any, ...]:
        """The public keys of this kind that a text holds."""
        return tuple(key.public for key in keys(text) if key.kind == self.kind)

    def verifies(self, text: str, signature: bytes, message: Body) -> bool:
        """Whether one of the keys made the signature."""
        from cryptography.exceptions import InvalidSignature

        signed, how = self._prepared(message)
        for key in self.public(text):
            try:
                key.verify(signature, signed, *how)
            except InvalidSignature:
                continue
            return True
        return False

    def lapsed(self, text: str, now: datetime) -> Verdict | None:
        """An `expired` verdict for a certificate that does not count now (RFC 5280, 4.1.2.5); bare keys always do."""
        key = next(iter(keys(text)), None)
        if key is None or key.begins is None or key.ends is None or key.begins <= now <= key.ends:
            return None
        late = now > key.ends
        told = (
            f"ended {span((now - key.ends).total_seconds())} ago" if late else f"begins only on {key.begins:%Y-%m-%d}"
        )
        fix = "Let the certificate be fetched anew, or judge the request as of the time when it came, with --at."
        reason = f"The signature holds, but the certificate of its key {told}."
        return Verdict("expired", reason, "stale" if late else "future", fix)

    def sign(self, text: str, message: Body) -> bytes | None:
        """The signature, the same each time (RFC 6979 for ECDSA); None where the key is a public one."""
        key = next((key.private for key in keys(text) if key.kind == self.kind), None)
        if key is None:
            return None
        signed, how = self._prepared(message)
        signature: bytes = key.sign(signed, *how)
        return signature

    def _prepared(self, message: Body) -> tuple[bytes, tuple[Any, ...]]:
        """What is given to the key, and the arguments that say how; Ed25519 takes the message whole."""
        if self.kind == "Ed25519":
            return b"".join(pieces(message)), ()
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec, padding, utils

        hashed = hashlib.new(self.hash, usedforsecurity=False)
        update(hashed, message)
        used = utils.Prehashed(hashes.SHA1() if self.hash == "sha1" else hashes.SHA256())  # noqa: S303 - as they sign
        if self.kind == "P-256":
            return hashed.digest(), (ec.ECDSA(used, deterministic_signing=True),)
        return hashed.digest(), (padding.PKCS1v15(), used)

    def new(self, seed: bytes) -> str:
        """A new private key out of 32 random bytes, as base64 of its PKCS 8 DER."""
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric import ec, ed25519

        key: Any
        if self.kind == "Ed25519":
            key = ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        elif self.kind == "P-256":
            key = ec.derive_private_key(int.from_bytes(seed, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())
        else:
            from whcli.signing.primes import rsa_key

            key = rsa_key(seed)
        form = (serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return b64encode(key.private_bytes(*form)).decode()

    def shown(self, text: str, form: PublicForm) -> str:
        """The public half as the provider would show it."""
        from cryptography.hazmat.primitives import serialization

        (key, *_) = self.public(text)
        if form in ("der", "pem"):
            encoding = serialization.Encoding.DER if form == "der" else serialization.Encoding.PEM
            data: bytes = key.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
            return b64encode(data).decode() if form == "der" else data.decode()
        raw: bytes = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
        return raw.hex() if form == "hex" else ("whpk_" if form == "whpk" else "") + b64encode(raw).decode()


@lru_cache(maxsize=64)
def keys(text: str) -> tuple[jwk.Key, ...]:
    """The keys that a text holds, private ones with their public half; none where it holds none."""
    from cryptography.hazmat.primitives.asymmetric import ed25519

    compact = "".join(text.split())
    raw = (
        bytes.fromhex(compact) if re.fullmatch(r"[0-9a-fA-F]{64}", compact) else _base64(compact.removeprefix("whpk_"))
    )
    try:
        if compact.startswith("whsk_"):
            private = ed25519.Ed25519PrivateKey.from_private_bytes(_base64(compact[5:])[:RAW])
            return (jwk.Key("Ed25519", private.public_key(), private),)
        if len(raw) == RAW:
            return (jwk.Key("Ed25519", ed25519.Ed25519PublicKey.from_public_bytes(raw)),)
        return tuple(key for key in jwk.load(compact if raw else text) if key.kind != "oct")
    except ValueError:
        armoured = PEM.search(text) if text.lstrip().startswith("{") else None
        return keys(armoured[0].replace("\\n", "\n")) if armoured else ()


def _base64(text: str) -> bytes:
    try:
        return b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        return b""


KEY_PAIRS = {
    pair.name: pair
    for pair in (
        KeyPair("ed25519", "Ed25519", "Ed25519"),
        KeyPair("ecdsa-p256-sha256", "ECDSA P-256", "P-256", "sha256"),
        KeyPair("rsa-sha256", "RSA", "RSA", "sha256"),
        KeyPair("rsa-sha1", "RSA", "RSA", "sha1"),
    )
}
