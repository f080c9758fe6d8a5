"""Who reads what we write: a terminal so many cells wide, with or without colour, or a pipe."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from io import TextIOWrapper
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from whcli.view.theme import Style


def watched() -> bool:
    """Whether someone looks at the results."""
    return sys.stdout.isatty()


def width(environment: Mapping[str, str]) -> int | None:
    """Cells of a line on the terminal, None where there is none."""
    if not watched():
        return None
    columns = environment.get("COLUMNS", "")
    return int(columns) if columns.isdigit() and int(columns) else (os.get_terminal_size(1).columns or 80)


def style(environment: Mapping[str, str], stream: TextIO | None = None) -> Style:
    """Colour for a terminal that wants it: stdout, or another stream."""
    from whcli.view.theme import Style

    plain_wanted = any(environment.get(name) for name in ("NO_COLOR", "CI"))
    return Style(color=(stream or sys.stdout).isatty() and not plain_wanted and environment.get("TERM") != "dumb")


def make_encodable(stream: object) -> None:
    """What a stream cannot encode is from now on shown in another way rather than failing."""
    from whcli.view import text

    if isinstance(stream, TextIOWrapper) and stream.errors != text.ENCODE_ERRORS:
        stream.reconfigure(errors=text.ENCODE_ERRORS)
