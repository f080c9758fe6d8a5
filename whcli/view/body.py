"""A body made readable: as what it claims to be, as what it looks like, as text, and at last as bytes.

Nothing that was sent makes this fail, run long or fill the memory: so much is read, so much unfolded.
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import NamedTuple

from whcli.http import HELD, Body, Headers, beginning
from whcli.view import words
from whcli.view.encoding import decoded
from whcli.view.kinds import Content, Kind, Lines, content, form, json, multipart, text, xml
from whcli.view.text import safe
from whcli.view.theme import Span, Style, fold


class Row(NamedTuple):
    """A kind of body, and how one knows it."""

    type: str
    """Media types that claim it, as a regular expression."""
    looks: bytes | None
    """How it begins, as a regular expression; None where looks say nothing."""
    kind: Kind


def show(body: bytes, claimed: Content) -> Lines:
    """A body as the first kind that can show it, after a line on what it claimed to be and is not."""
    if not body:
        return [[Span("empty body", "dim")]]
    notes: list[list[Span]] = []
    for kind, is_claimed in _candidates(body, claimed):
        try:
            return chain(notes, kind(body, claimed))
        except ValueError as error:
            if is_claimed:
                notes.append([Span(safe(str(error), limit=200), "dim")])
    return chain(notes, text.dump(body, claimed))


KINDS = (
    Row(r"application/(x-)?(ndjson|jsonl|json-?lines)", rb"\s*\{[^\n]*\}\r?\n\s*\{", json.records),
    Row(r"(application|text)/([^/]*\+)?json|application/csp-report", rb"(\xef\xbb\xbf)?\s*[\[{]", json.document),
    Row(r"application/x-www-form-urlencoded", None, form.fields),
    Row(r"(application|text|image)/([^/]*\+)?xml", rb"(\xef\xbb\xbf)?\s*<[?!A-Za-z]", xml.document),
    Row(r"multipart/.*", None, multipart.parts(show)),
)
"""A new kind is a file in `kinds` and a row here."""


def _candidates(body: bytes, claimed: Content) -> Iterator[tuple[Kind, bool]]:
    """Kinds to try in order, and whether the body claims to be of that kind."""
    by_claim = [row for row in KINDS if re.fullmatch(row.type, claimed.type)]
    yield from ((row.kind, True) for row in by_claim)
    yield from ((row.kind, False) for row in KINDS if row not in by_claim and row.looks and re.match(row.looks, body))
    yield text.lines, False


def render(  # noqa: PLR0913 - a body, its looks, and how much of it there is
    headers: Headers,
    body: Body,
    *,
    width: int | None,
    style: Style,
    limit_bytes: int = HELD,
    cut: bool = False,
    whole: str = "",
) -> Iterator[str]:
    """A body as safe lines of at most `width` cells.

    Args:
        limit_bytes: bytes of the body that are read, before any coding is undone.
        cut: the body is only the beginning of what came; whoever knows says so elsewhere.
        whole: the command that writes all of a body of which the beginning is shown, if there is one.
    """
    read = beginning(body, limit_bytes)
    notes = []
    if len(body) > len(read):
        rest = f"; {whole} writes all of it" if whole else ""
        notes.append(f"only the first {words.size(len(read))} of {words.size(len(body))} are shown{rest}")
    found, trouble = decoded(read, b",".join(headers.all(b"content-encoding")))
    if trouble:
        notes.append(safe(trouble, limit=200))
    claimed = content(headers.first(b"content-type"))._replace(cut=cut or bool(notes))
    for line in chain(([Span(note, "dim")] for note in notes), show(found, claimed)):
        for part in fold(line, width):
            yield style.line(part)
