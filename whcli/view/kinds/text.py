"""What everything can be shown as: text line by line, or bytes in hexadecimal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain

from whcli.view import words
from whcli.view.kinds import Content, Lines, decode
from whcli.view.text import safe
from whcli.view.theme import Span

SAMPLE = 4096
"""Bytes from the front that are looked at to tell text from other bytes."""

DUMPED = 512
"""Bytes that are shown in hexadecimal."""

ROW = 16
"""Of them, on a line."""

_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def lines(body: bytes, content: Content) -> Lines:
    """Text in its charset; bytes that are not in it are escaped. Raises ValueError for what is no text."""
    sample = body[:SAMPLE]
    notes: list[list[Span]] = []
    try:
        text = decode(body, content)
    except ValueError:
        if len(sample.decode("utf-8", "ignore").encode()) < len(sample) * 0.9:
            raise ValueError("not text: too much of it is not in its charset") from None
        text = body.decode("utf-8", "backslashreplace")
        notes = [[Span("not all of it is in the charset it claims: the rest as \\xff", "dim")]]
    if len(_CONTROLS.findall(text[:SAMPLE].encode("utf-8", "replace"))) > len(sample) // 10:
        raise ValueError("not text: too many control characters")
    ended = text.removesuffix("\n")
    shown = ([Span(safe(line.removesuffix("\r"), lines=True))] for line in ended.split("\n"))
    return chain(notes, shown)


def dump(body: bytes, _: Content) -> Iterator[list[Span]]:
    """The first bytes in hexadecimal, beside what of them is ASCII."""
    for start in range(0, min(len(body), DUMPED), ROW):
        row = body[start : min(start + ROW, DUMPED)]
        letters = re.sub(rb"[^ -~]", b".", row).decode()
        yield [Span(f"{start:08x}  ", "dim"), Span(f"{row.hex(' '):<{ROW * 3 - 1}}"), Span(f"  {letters}", "dim")]
    if len(body) > DUMPED:
        yield [Span(f"… {words.size(len(body) - DUMPED)} more bytes", "dim")]
