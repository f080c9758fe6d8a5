"""Content codings undone for display (RFC 9110, 8.4.1), however much they would unfold to."""

from __future__ import annotations

import zlib

CAP = 10 << 20
"""Bytes that a body is unfolded to at most."""

MEMBERS = 64
"""Gzip members that are read one after another (RFC 1952, 2.2); a real body has one."""

AUTO, RAW = 47, -15
"""zlib's `wbits` for gzip or zlib by their first bytes, and for bare deflate, which some call deflate too."""

CODINGS = {"gzip": AUTO, "x-gzip": AUTO, "deflate": AUTO}


def decoded(body: bytes, header: bytes) -> tuple[bytes, str | None]:
    """A body without its codings, and a sentence on what could not be undone, or None.

    The cap holds for each coding, so one that is applied many times unfolds no further than one applied once.
    """
    names = [name.strip().lower() for name in header.decode("latin-1").split(",") if name.strip()]
    for name in reversed(names[-4:]):
        if name == "identity":
            continue
        if name not in CODINGS:
            return body, f"the coding {name} is not undone here"
        unfolded, note = unfold(body)
        if unfolded or not body:
            body = unfolded
        if note:
            return body, f"{name}: {note}"
    return body, None


def unfold(body: bytes) -> tuple[bytes, str | None]:
    """At most `CAP` bytes of what gzip, zlib or bare deflate hold, and what went wrong, or None."""
    out = bytearray()
    for _ in range(MEMBERS):
        try:
            reader, piece = _member(body, CAP - len(out), first=not out)
        except zlib.error:
            return bytes(out), "what follows is not compressed" if out else "it is not compressed, shown as it came"
        out += piece
        if len(out) >= CAP:
            return bytes(out), f"only the first {CAP >> 20} MiB are shown"
        if not reader.eof:
            return bytes(out), "it ends too early"
        body = reader.unused_data
        if not body:
            return bytes(out), None
    return bytes(out), f"only the first {MEMBERS} members are shown"


def _member(body: bytes, room: int, *, first: bool) -> tuple[zlib._Decompress, bytes]:
    reader = zlib.decompressobj(AUTO)
    try:
        return reader, reader.decompress(body, room)
    except zlib.error:
        if not first:
            raise
    reader = zlib.decompressobj(RAW)
    return reader, reader.decompress(body, room)
