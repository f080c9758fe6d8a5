"""Mistakes in how the signature is written: prefix, encoding, something around it, or only its beginning."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import unquote_to_bytes

from whcli.errors import WhcliError
from whcli.http import Request
from whcli.model import Secret
from whcli.signing.diagnosis.case import Case, Repair, signatures
from whcli.signing.encoding import SPELLINGS, decode
from whcli.signing.mac import MACS
from whcli.signing.scheme import SignatureScheme

LONGEST = 4096
"""Bytes of a line that is looked at; the longest signatures, of RSA, have 700."""
MOST = 8
"""Values of one line that are looked at."""
TOKEN = re.compile(rb"(?:[A-Za-z0-9+/_-]|%[0-9A-Fa-f]{2}){16,}={0,2}")
"""What may be a signature: hex or base64, percent-encoded or not."""
FRONT = re.compile(rb"[A-Za-z0-9_-]{1,20}[=:, ] ?")
BEFORE = re.compile(rb"[A-Za-z0-9_-]{1,20}[=:,] ?(?=[A-Za-z0-9+/])")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LEAST = 4
"""The part of a signature, one in so many, that a beginning has to be to be told from chance."""

FEW = 3
"""Characters that may have been changed of a signature that is told to be the right one."""


def written(case: Case) -> Iterator[Repair]:
    """The signature as it should have been written."""
    for leaf in signatures(case):
        for line in leaf.signature.lines(case.request)[:2]:
            if len(line) <= LONGEST:
                yield from _spelled(case, leaf, line)
        yield from _beginnings(case, leaf)


def _spelled(case: Case, leaf: SignatureScheme, line: bytes) -> Iterator[Repair]:
    prefix = leaf.prefix.encode("ascii")
    for value in leaf.signature.split(line)[:MOST] or [line]:
        bare = value.removeprefix(prefix)
        for cause, told, spelled in (*_fronts(leaf, value), *_cleaned(bare), *_recoded(leaf, bare)):
            if spelled != bare or cause == "wrong-prefix":
                yield from _put(case, leaf, cause, told, spelled)
    before = leaf.signature.shape(leaf.prefix)
    cause, told = "wrong-prefix", f"with {before.strip()} before it"
    if not before or before.encode() in line:
        cause, told = "malformed-header", "without what is written beside it"
    for found in islice(TOKEN.finditer(line), MOST):
        yield from _put(case, leaf, cause, told, found[0])


def _fronts(leaf: SignatureScheme, value: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Without what stands before it, or with what should."""
    if leaf.prefix and not value.startswith(leaf.prefix.encode()):
        yield "wrong-prefix", f"with {leaf.prefix.strip()} before it", value
        yield (
            "wrong-prefix",
            f"with {leaf.prefix.strip()} before it, rather than what is there",
            FRONT.sub(b"", value, 1),
        )
    bare = value.removeprefix(leaf.prefix.encode())
    without = BEFORE.sub(b"", bare, count=1)
    if without != bare:
        yield "wrong-prefix", "without what stands before it", without


def _cleaned(value: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Without what surrounds it, or as it was before a form or URL was decoded."""
    yield "malformed-header", "without the quotes or space around it", value.strip(b" \t\r\n\"'<>")
    yield "malformed-header", "without the space in it", b"".join(value.split())
    yield "malformed-header", "with a + where a space came, so it was decoded as a form", value.replace(b" ", b"+")
    yield "wrong-encoding", "once its percent escapes are decoded", unquote_to_bytes(value)


def _recoded(leaf: SignatureScheme, value: bytes) -> Iterator[tuple[str, str, bytes]]:
    """The same bytes in the encoding that is meant: from another one, from two at once, from another form of ECDSA."""
    encode = SPELLINGS[leaf.encoding].encode
    for encoding in SPELLINGS:
        if encoding != leaf.encoding and (raw := decode(value, encoding)):
            yield "wrong-encoding", f"if it is written in {encoding} rather than {leaf.encoding}", encode(raw)
    padded = value.translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
    with suppress(ValueError):
        raw = b64decode(padded + b"=" * (-len(padded) % 4), validate=True)
        yield "wrong-encoding", "if its padding, or - and _ for + and /, is let pass", encode(raw)
        if leaf.algorithm.startswith("ecdsa"):
            yield "wrong-encoding", "if its two numbers stand side by side rather than in DER", encode(_der(raw))
        yield "wrong-encoding", "if it is taken as base64 of hex", encode(_hex(raw))
    with suppress(ValueError):
        yield "wrong-encoding", "if small and capital letters count the same", encode(_hex(value))


def _hex(text: bytes) -> bytes:
    return bytes.fromhex(text.decode("ascii"))


def _der(raw: bytes) -> bytes:
    """An ECDSA signature as a sequence of its two numbers (RFC 3279, 2.2.3)."""
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    half = len(raw) // 2
    return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


def _put(case: Case, leaf: SignatureScheme, cause: str, told: str, value: bytes) -> Iterator[Repair]:
    """The request with the signature put so: in its place, or as all that there is in its header."""
    full = leaf.prefix.encode() + value
    for request in (case.request, leaf.signature.blank(case.request)):
        with suppress(WhcliError, TypeError, UnicodeError):  # TypeError: a place that is only read
            put = leaf.signature.put(request, full)
            if put != case.request:
                yield Repair(cause, told, case._replace(scheme=leaf, request=put))


def _beginnings(case: Case, leaf: SignatureScheme) -> Iterator[Repair]:
    """The right signature, where what came is its beginning, in another case, or has something behind it."""
    for secret in case.secrets:
        right = expected(leaf, case.request, secret)
        lines = leaf.signature.lines(case.request)[:2] if right is not None else []
        for came in (value for line in lines for value in leaf.signature.split(line)[:MOST]):
            if right is not None and (found := _compared(came, right)):
                bare = right.removeprefix(leaf.prefix.encode())
                yield from _put(case._replace(secrets=[secret]), leaf, *found, bare)


def _compared(came: bytes, right: bytes) -> tuple[str, str] | None:
    if came == right:
        return None
    if right.startswith(came) and len(came) * LEAST >= len(right):
        return "truncated", f"as far as it goes: {len(came)} of {len(right)} characters came"
    if came.lower() == right.lower():
        return "wrong-encoding", "if small and capital letters count the same"
    changed = sum(own != other for own, other in zip(came, right, strict=False))
    if len(came) == len(right) and changed <= FEW:
        return "malformed-header", f"but for {changed} of its {len(right)} characters"
    if came.startswith(right) or came.endswith(right):
        return "malformed-header", "without what is written beside it"
    return None


def expected(leaf: SignatureScheme, request: Request, secret: Secret) -> bytes | None:
    """What signing at the request's own time would write; None for key pairs, or where that cannot be told."""
    if leaf.algorithm not in MACS:
        return None
    try:
        if leaf.timestamp is not None:
            (line,) = leaf.timestamp.lines(request)
            (text,) = leaf.timestamp.split(line)
            leaf = frozen(leaf, text)
        signed = leaf.sign(request, secret=secret, now=EPOCH)
        return next(value for line in leaf.signature.lines(signed) for value in leaf.signature.split(line))
    except (WhcliError, ValueError, TypeError, StopIteration):
        return None


def frozen(leaf: SignatureScheme, timestamp: bytes) -> SignatureScheme:
    """The scheme with its timestamp as a word of the template, whatever it says. Raises ValueError for no text."""
    text = timestamp.decode("utf-8").replace("{", "{{").replace("}", "}}")
    return leaf._replace(timestamp=None, signed=leaf.signed.replace("{timestamp}", text))
