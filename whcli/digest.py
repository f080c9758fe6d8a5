"""The proof that a body is the one that came: its SHA-256."""

from __future__ import annotations

import hashlib

from whcli.http import Body, pieces


def sha256(body: Body) -> bytes:
    """The 32 bytes of a body's SHA-256; a long one is read by pieces."""
    if isinstance(body, bytes):
        return hashlib.sha256(body).digest()
    digest = hashlib.sha256()
    for piece in pieces(body):
        digest.update(piece)
    return digest.digest()
