"""A real terminal to write to, and what must never be found on it."""

from __future__ import annotations

import os
import pty
import re
from collections.abc import Iterable

from rich.cells import cell_len

from whcli.view.theme import SGR

OURS = re.compile("\x1b\\[(?:{})m".format("|".join(["0", *SGR.values()])))
"""Our own styling; any other escape is somebody else's."""

FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
"""Controls but the newline, and what turns text around, hides in it, or is no character."""


def write(lines: Iterable[str]) -> str:
    """What arrives at a terminal that lines are written to, byte for byte."""
    data = "".join(f"{line}\n" for line in lines).encode()
    master, slave = pty.openpty()
    try:
        return b"".join(_through(master, slave, data[at : at + 1024]) for at in range(0, len(data), 1024)).decode()
    finally:
        os.close(slave)
        os.close(master)


def _through(master: int, slave: int, piece: bytes) -> bytes:
    expected = len(piece) + piece.count(b"\n")  # the terminal itself adds a carriage return
    os.write(slave, piece)
    seen = b""
    while len(seen) < expected:
        seen += os.read(master, expected - len(seen))
    return seen


def check(lines: Iterable[str], width: int | None = None) -> list[str]:
    """Write lines to a terminal; fail unless each arrives as one harmless line no wider than that. Gives them plain."""
    written = list(lines)
    shown = write(written)
    assert shown.count("\r\n") == shown.count("\r") == shown.count("\n") == len(written)
    plain = OURS.sub("", shown.replace("\r\n", "\n"))
    found = FORBIDDEN.search(plain)
    assert found is None, ascii(found)
    result = plain.split("\n")[:-1]
    if width is not None:
        assert max(map(cell_len, result), default=0) <= width
    return result
