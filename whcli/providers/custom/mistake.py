"""What is wrong with a record of the user's own, said so that whoever read the file can name the line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from whcli.errors import UsageError


class Mistake(UsageError):
    """A table that is no record; `keys` lead to what is wrong in it, and are empty for the table itself."""

    def __init__(self, keys: Sequence[str], message: str, *, hint: str | None = None) -> None:
        super().__init__(message, hint=hint)
        self.keys = keys


def near(word: str, known: Iterable[str], *, called: Mapping[str, str] | None = None) -> str:
    """A hint at what was meant: what others call so, else the nearest of those known, else all of them."""
    from difflib import get_close_matches

    names = list(known)
    found = (called or {}).get(word.lower()) or next(iter(get_close_matches(word.lower(), names, n=1)), None)
    return f"did you mean {found}?" if found else f"one of: {', '.join(names)}"
