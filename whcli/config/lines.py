"""Where in a TOML file a key is: what a mistake in it is told by."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from whcli.errors import UsageError


class File(NamedTuple):
    """A settings file as it was read."""

    path: Path
    text: str

    def mistake(self, keys: Sequence[str], message: str, *, hint: str | None = None) -> UsageError:
        """The error that tells of a mistake at a key, or at the nearest table around it that is written down."""
        found = next((line for end in range(len(keys), 0, -1) if (line := line_of(self.text, keys[:end]))), None)
        place = f"{self.path}, line {found}" if found else str(self.path)
        return UsageError(f"{place}: {message}", hint=hint)


def line_of(text: str, keys: Sequence[str]) -> int | None:
    """The line, counted from 1, of the statement that first sets a key of a table; None where none does.

    The parser tells no lines, so it is asked which beginnings of the text hold the key. A beginning that ends
    within a statement is no TOML, and the key is in all of those behind its statement: so it is looked for by halves.
    """
    from bisect import bisect_left  # only where there is a mistake to tell

    lines = text.split("\n")

    def whole(count: int) -> int:
        """The most lines up to `count` that end with a statement's end."""
        return next(size for size in range(count, -1, -1) if _parsed(lines[:size]) is not None)

    def held(count: int) -> bool:
        return _holds(_parsed(lines[: whole(count)]), keys)

    if not held(len(lines)):
        return None
    last = bisect_left(range(len(lines)), True, key=held)  # the statement's last line
    return whole(last - 1) + 1


def _parsed(lines: Sequence[str]) -> Mapping[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return None


def _holds(table: Any, keys: Sequence[str]) -> bool:
    for key in keys:
        if not isinstance(table, Mapping) or key not in table:
            return False
        table = table[key]
    return True
