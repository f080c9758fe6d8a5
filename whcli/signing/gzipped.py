"""Senders that sign a body and compress it afterwards, as Content-Encoding tells."""

from __future__ import annotations

import zlib

from whcli.http import HELD, Request
from whcli.signing import FirstOf
from whcli.signing.reading import Unsignable
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header


def or_gzipped(scheme: SignatureScheme) -> FirstOf:
    """The scheme, over the unpacked body where the request says that it is packed."""
    packed = scheme._replace(
        signed=scheme.signed.replace("{body}", "{unpacked}"),
        parts={**scheme.parts, "unpacked": unpacked},
        when=(Header("Content-Encoding"), b"gzip"),
    )
    return FirstOf((packed, scheme), usual=1)


def unpacked(request: Request) -> bytes:
    """The body before it was compressed. Raises Unsignable for one that is not gzip, cut, followed by more, or large.

    Nothing past 1 MiB is unpacked, so that a small body cannot become a huge one.
    """
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(request.body, HELD) if isinstance(request.body, bytes) else b""
    except zlib.error:
        found = b""
    if not unpacker.eof or unpacker.unused_data:
        raise Unsignable("The body is not gzip, as its Content-Encoding says, or is longer than 1 MiB when unpacked.")
    return found
