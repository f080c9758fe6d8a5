"""Signatures by a shared secret: HMAC (RFC 2104), what nine in ten providers send, and plain hashes of old ones."""

import hashlib
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from whcli.http import Body, pieces
from whcli.signing.encoding import KEYS, Key

Make = Callable[[Body], bytes]
"""The signature of a message, by one secret."""

INNER, OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


@lru_cache(maxsize=256)
def hmac(algorithm: str, form: Key, secret: bytes) -> Make:
    """HMAC by a secret, whose two pads are hashed here once (RFC 2104, 4): a third less work for each message.

    Raises ValueError for a secret that is not of its form, or is empty: what anybody can make proves nothing.
    """
    key = KEYS[form](secret)
    if not key:
        raise ValueError("an empty key")
    size = hashlib.new(algorithm).block_size
    padded = (hashlib.new(algorithm, key).digest() if len(key) > size else key).ljust(size, b"\0")
    inner = hashlib.new(algorithm, padded.translate(INNER))
    outer = hashlib.new(algorithm, padded.translate(OUTER))

    def make(message: Body, begin: Any = inner.copy, end: Any = outer.copy) -> bytes:
        hashed, whole = begin(), end()
        if type(message) is bytes:
            hashed.update(message)
        else:
            update(hashed, message)
        whole.update(hashed.digest())
        digest: bytes = whole.digest()
        return digest

    return make


def plain(algorithm: str, form: Key, secret: bytes) -> Make:  # noqa: ARG001 - of one form only
    """A hash of a message that holds the secret. Raises ValueError for an empty one."""
    if not secret:
        raise ValueError("an empty secret")

    def make(message: Body) -> bytes:
        hashed = hashlib.new(algorithm, usedforsecurity=False)
        update(hashed, message)
        return hashed.digest()

    return make


def update(hashed: Any, message: Body) -> None:
    """Hash a message in its pieces."""
    for piece in pieces(message):
        hashed.update(piece)


class Mac(NamedTuple):
    """One algorithm with a shared secret."""

    name: str
    hash: str
    keyed: Callable[[str, Key, bytes], Make]

    def make(self, form: Key, secret: bytes) -> Make:
        """How messages are signed with a secret. Raises ValueError for one that is not of its form."""
        return self.keyed(self.hash, form, secret)


HASHES = ("sha1", "sha256", "sha384", "sha512")
MACS = {f"hmac-{name}": Mac(f"hmac-{name}", name, hmac) for name in HASHES} | {
    name: Mac(name, name, plain) for name in ("md5", *HASHES)
}
"""By name: `hmac-sha256`, and `sha256` for a plain hash, whose template says where the secret stands."""
