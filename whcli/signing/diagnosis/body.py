"""Mistakes with the body: something between read it and wrote it anew."""

from __future__ import annotations

import unicodedata
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import quote, quote_plus, urlencode

from whcli.http import HELD, Headers
from whcli.signing.diagnosis.case import Case, Repair
from whcli.signing.diagnosis.spelling import spellings
from whcli.signing.slots import parse_form, parse_json

BOM = b"\xef\xbb\xbf"
FEW = 256
"""Fields of a form that is written anew."""

Make = Callable[[bytes, Headers], Iterator[bytes]]


def bodies(case: Case) -> Iterator[Repair]:
    """The body as it may have been before; none of a body too long to be held."""
    body = case.request.body
    if not isinstance(body, bytes) or len(body) > HELD:
        return
    seen = {body}
    for cause, told, make, fix in BODIES:
        for altered in make(body, case.request.headers):
            if altered not in seen:
                seen.add(altered)
                yield Repair(cause, told, case._replace(request=case.request._replace(body=altered)), fix)


def _newlines(body: bytes, _: Headers) -> Iterator[bytes]:
    yield body.rstrip(b"\r\n")
    yield body + b"\n"
    yield body.strip()
    yield body + b"\r\n"
    yield body.removesuffix(b"\n")
    unix = body.replace(b"\r\n", b"\n")
    yield unix
    yield unix.rstrip(b"\n")
    yield unix.replace(b"\n", b"\r\n")
    yield unix.replace(b"\r", b"\n")
    yield unix.replace(b"\n", b"")  # curl's --data @FILE drops them


def _empty(body: bytes, _: Headers) -> Iterator[bytes]:
    if body:
        yield from (b"", b"{}", b"null", b"undefined", b"[]")


def _marked(body: bytes, _: Headers) -> Iterator[bytes]:
    yield body.removeprefix(BOM) if body.startswith(BOM) else BOM + body


def _unpacked(body: bytes, headers: Headers) -> Iterator[bytes]:
    """The body before it was compressed, or after; a writer's own settings can only be guessed."""
    for bits in (31, 15, -15) if len(body) > 1 else ():
        with suppress(zlib.error):
            yield zlib.decompressobj(wbits=bits).decompress(body, HELD)
    if (headers.first(b"content-encoding") or b"").lower() in {b"gzip", b"x-gzip"} and body[:2] != b"\x1f\x8b":
        for level, system in ((6, 3), (9, 255), (6, 255), (9, 3), (6, 19), (6, 10)):
            packed = zlib.compressobj(level, zlib.DEFLATED, 31)
            made = packed.compress(body) + packed.flush()
            yield made[:8] + (b"\x02" if level == 9 else b"\0") + bytes([system]) + made[10:]  # noqa: PLR2004 - RFC 1952, XFL
    with suppress(ValueError):
        yield b64decode(body, validate=True)
    yield b64encode(body)


def _texts(body: bytes, _: Headers) -> Iterator[bytes]:
    for read, written in CODECS:
        with suppress(UnicodeError):
            yield body.decode(read).encode(written)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return
    if not text.isascii():
        for form in ("NFC", "NFD"):
            yield unicodedata.normalize(form, text).encode()
        yield text.encode("ascii", "replace")
        yield text.encode("ascii", "ignore")


CODECS = (
    ("utf-8", "latin-1"),
    ("latin-1", "utf-8"),
    ("utf-8", "cp1252"),
    ("cp1252", "utf-8"),
    ("utf-8", "utf-16-le"),
    ("utf-8", "utf-16"),
    ("utf-16", "utf-8"),
    ("utf-8", "utf-16-be"),
    ("utf-8", "shift-jis"),
    ("utf-8", "gb18030"),
)
"""As what it was read, and as what it was written, to be undone."""


def _documents(body: bytes, _: Headers) -> Iterator[bytes]:
    """The JSON in other spellings; or within a string, or out of one."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    held = parse_json(body)
    if isinstance(held, str):
        yield held.encode("utf-8", "backslashreplace")
    for spelled in spellings(text):
        yield spelled.encode("utf-8", "backslashreplace")
    if isinstance(held, (dict, list)):
        from json import dumps

        yield dumps(text, ensure_ascii=False).encode()


def _forms(body: bytes, _: Headers) -> Iterator[bytes]:
    """The fields of a form in other encodings and orders; the JSON that a form holds, or that was made of one."""
    held = parse_json(body)
    if isinstance(held, dict) and all(isinstance(value, (str, int)) for value in held.values()):
        yield urlencode(held).encode()
        yield urlencode(held, quote_via=quote).encode()
    fields = parse_form(body) if b"=" in body[:LONGEST_KEY] and body[:1] not in b"{[" else None
    if not fields or len(fields) > FEW:
        return
    for order in (list(fields), sorted(fields), list(reversed(fields))):
        for spell, safe in (
            (quote_plus, ""),
            (quote, ""),
            (quote_plus, "*"),
            (quote, "!'()*"),
            (quote, "/:@,$-_.+!*'()"),
        ):
            yield b"&".join(f"{spell(key, safe=safe)}={spell(value, safe=safe)}".encode() for key, value in order)
    yield b"&".join(key + b"=" + value for key, value in fields)
    yield body.replace(b"%20", b"+")
    yield body.replace(b"+", b"%20")
    yield from (value for _, value in fields if value[:1] in (b"{", b"["))
    with suppress(UnicodeDecodeError):
        from json import dumps

        named = {key.decode(): value.decode() for key, value in fields}
        yield dumps(named, separators=(",", ":"), ensure_ascii=False).encode()
        yield dumps(named).encode()


LONGEST_KEY = 256
"""Bytes within which a form has its first =."""
RAW = "Pass on the raw body; something between has parsed {} and written it anew."
BODIES: tuple[tuple[str, str, Make, str], ...] = (
    ("body-newline", "the body with other line ends, or other white space around it", _newlines, ""),
    ("body-empty", "an empty body", _empty, ""),
    ("body-encoding", "the body with, or without, a byte order mark", _marked, ""),
    ("body-reserialized", "the same JSON, written otherwise", _documents, RAW.format("the JSON")),
    ("body-encoding", "the body before it was packed or unpacked (gzip, deflate, base64)", _unpacked, ""),
    ("body-encoding", "the body in another encoding of its text", _texts, ""),
    ("body-reserialized", "the same form, written otherwise", _forms, RAW.format("the form")),
)
"""Cause, the end of a sentence, how the body may have been before, and the fix."""
