"""URL-encoded forms: a line for each field, decoded; JSON inside a field is shown as such."""

from __future__ import annotations

import re

from whcli.view.kinds import Content, Lines, indented
from whcli.view.kinds import json as json_kind
from whcli.view.text import safe
from whcli.view.theme import Span

_FORM = re.compile(rb"[^\x00-\x20\x7f-\xff]+")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")


def fields(body: bytes, content: Content) -> Lines:
    """Names and values (application/x-www-form-urlencoded, WHATWG URL 5.1)."""
    if not _FORM.fullmatch(body.strip()):
        raise ValueError("not a form: it holds blanks, controls or bytes that a form encodes")
    pairs = [part.partition(b"=") for part in body.strip().split(b"&") if part]
    return (line for name, _, value in pairs for line in _field(decoded(name), decoded(value), content))


def decoded(text: bytes) -> bytes:
    """Form text without its encoding; a `%` that encodes nothing stays."""
    return _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), text.replace(b"+", b" "))


def _field(name: bytes, value: bytes, content: Content) -> Lines:
    start = [Span(safe(name), "name"), Span(" = ", "dim")]
    if value[:1] in (b"{", b"["):
        try:
            lines = json_kind.document(value, Content(depth=content.depth))
            return [start, *indented(lines, 2)]
        except ValueError:
            pass
    return [[*start, Span(safe(value))]]
