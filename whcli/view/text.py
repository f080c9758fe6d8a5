r"""The only door for foreign text, and how many cells text takes on a terminal.

Whoever sends a delivery writes part of our screen: a path, a header, an event type. `safe` lets through what a
reader sees as it is, and makes the rest visible (`\x1b`, `\u202e`, `\U000e0041`): a terminal obeys control
characters, and a reader is deceived by those that turn text around or take no room
(CVE-2021-25743, CVE-2021-42574).
"""

from __future__ import annotations

import codecs
import unicodedata

BLANK = frozenset(
    chr(code)
    for first, last in (
        (0x034F, 0x034F),  # combining grapheme joiner
        (0x115F, 0x1160),  # Hangul fillers: letters without a shape
        (0x17B4, 0x17B5),  # Khmer vowels that are never shown
        (0x180B, 0x180F),  # Mongolian variation selectors
        (0x3164, 0x3164),  # another filler
        (0xFE00, 0xFE0F),  # variation selectors: they change the width of what stands before them
        (0xFFA0, 0xFFA0),  # the last filler
        (0xE0100, 0xE01EF),  # more variation selectors, able to carry hidden text
    )
    for code in range(first, last + 1)
)
"""Printable by their category, yet drawn as nothing (Unicode: Default_Ignorable_Code_Point)."""

WIDENED = ((0x2630, 0x2637), (0x268A, 0x268F), (0x4DC0, 0x4DFF), (0x1D300, 0x1D37F))
"""Two cells since Unicode 16, which is younger than the tables of the oldest Python we run on."""

ASCII = {"✓": "+", "✗": "x", "→": ">", "…": "~", "–": "-", "·": ".", "×": "x", "│": "|", "─": "-"}
"""Our own marks for a stream that cannot encode them; each keeps its one cell."""

ENCODE_ERRORS = "whcli"
"""The name of our error handler for streams."""

REMEMBERED = 4096
"""Characters whose escape and width are kept: so many, so that no text makes the tables grow without end."""


class _Escapes(dict[int, str]):
    """What `str.translate` puts in the place of each code point, found when first asked for."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        shown = char if char.isprintable() and char not in BLANK else _escape(char)
        if len(self) < REMEMBERED:
            self[code] = shown
        return shown


def _escape(char: str) -> str:
    return (
        ascii(char)[1:-1]
        if char.isascii() or not char.isprintable()
        else char.encode("ascii", "backslashreplace").decode()
    )


_LINE = _Escapes()
_LINES = _Escapes({0x09: "    ", 0x0A: "\n"})


def safe(text: str | bytes, *, limit: int | None = None, lines: bool = False) -> str:
    r"""Foreign text made fit for a terminal: every character that is not plainly visible is escaped.

    Bytes are read as UTF-8, with `\xff` for what is not. `str.isprintable` is the rule (no control, format,
    surrogate, private or unassigned character, no space but the plain one), less what is drawn as nothing.

    Args:
        limit: characters of the text that are shown; `…` stands for the rest.
        lines: keep newlines, and tabs as four spaces, for text that is shown as lines of its own.
    """
    if limit is not None and len(text) > limit:
        return safe(text[:limit], lines=lines) + "…"
    found = text.decode("utf-8", "backslashreplace") if isinstance(text, bytes) else text
    if found.isprintable() and (found.isascii() or BLANK.isdisjoint(found)):
        return found
    return found.translate(_LINES if lines else _LINE)


class _Cells(dict[str, int]):
    """Cells that a safe character takes: 0 for a combining mark, 2 for a wide one (UAX #11), else 1."""

    def __missing__(self, char: str) -> int:
        code = ord(char)
        if unicodedata.category(char) in {"Mn", "Me"}:
            taken = 0
        else:
            wide = unicodedata.east_asian_width(char) in {"W", "F"}
            taken = 1 + (wide or any(first <= code <= last for first, last in WIDENED))
        if len(self) < REMEMBERED:
            self[char] = taken
        return taken


_CELLS = _Cells()


def width(text: str) -> int:
    """Cells that safe text takes; where terminals disagree, the larger figure."""
    return len(text) if text.isascii() else sum(map(_CELLS.__getitem__, text))


def reach(text: str, start: int, room: int) -> int:
    """Where text from `start` on stops fitting in `room` cells. A mark stays with the letter it sits on."""
    if text.isascii():
        return min(start + room, len(text))
    used = 0
    for index in range(start, len(text)):
        used += _CELLS[text[index]]
        if used > room:
            return index
    return len(text)


def fit(text: str, room: int) -> str:
    """Text in at most `room` cells; `…` stands for what is cut."""
    if width(text) <= room:
        return text
    return text[: reach(text, 0, room - 1)] + "…" if room > 0 else ""


def pad(text: str, room: int, *, right: bool = False) -> str:
    """Text in exactly `room` cells, set to the left, or to the right for figures."""
    shown = fit(text, room)
    blank = " " * (room - width(shown))
    return blank + shown if right else shown + blank


def encode_errors(error: UnicodeError) -> tuple[str, int]:
    """An error handler for streams that are not UTF-8: our marks in ASCII, foreign characters escaped.

    Registered as "whcli", for `stream.reconfigure(errors="whcli")`; nothing that we print can then fail to be
    encoded. Raises the error itself where it is not about encoding.
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lost = error.object[error.start : error.end]
    return "".join(ASCII.get(char) or _escape(char) for char in lost), error.end


codecs.register_error(ENCODE_ERRORS, encode_errors)
