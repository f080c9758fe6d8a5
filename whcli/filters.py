"""Which deliveries: the filters that list, tail, forward, replay and export share."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, get_args

from whcli.errors import UsageError
from whcli.model import Outcome

OUTCOMES: tuple[str, ...] = get_args(Outcome)
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}
CENTURY = 36525 * UNITS["d"]
"""Seconds of the longest span: no time that it leads to is beyond the calendar."""


class Filter(NamedTuple):
    """Every condition must hold; None and the empty tuple ask nothing."""

    provider: str | None = None
    endpoint: str | None = None
    """A path, or the name behind `/webhook/`."""
    event: str | None = None
    """A glob over the event type: see `matches`."""
    verdict: str | None = None
    status: tuple[int, int] | None = None
    """Of the last attempt, from the first to the last of these."""
    since: datetime | None = None
    until: datetime | None = None
    search: str | None = None
    """A text in the body or the headers, byte for byte."""
    where: tuple[tuple[tuple[str | int, ...], Any], ...] = ()
    """Values that a JSON body holds: (path, value) pairs."""


ALL = Filter()

_GLOB = re.compile(r"\*|\?|\[\^?+\]?+[^\]]*\]?|.", re.DOTALL)
_NOTHING = "(?!)"
"""Matches nowhere."""


def endpoint_path(name: str) -> str:
    """The path of an endpoint, given so or by the name behind `/webhook/`."""
    return name if name.startswith("/") else f"/webhook/{name}"


def is_glob(text: str) -> bool:
    """Whether a text may match another than itself."""
    return any(mark in text for mark in "*?[")


def matches(glob: str, event: str) -> bool:
    """Whether an event type is like a glob: SQLite's GLOB, so that live and stored events are chosen alike.

    `*` any characters, `?` any one, `[a-z]` one of these, `[^a-z]` none of these; a `]` stands first, a `-` at an
    end, and a `[` that nothing closes matches nothing. Case counts, and what follows a NUL does not.
    """
    return _pattern(glob).fullmatch(event.partition("\0")[0]) is not None


@lru_cache(maxsize=64)
def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression that is tried in quadratic time at most: what a star has passed is passed."""
    parts = [""]
    for mark in _GLOB.findall(glob.partition("\0")[0]):
        if mark == "*":
            parts.append("")
        else:
            parts[-1] += _one(mark)
    first, *others = parts
    passed = "".join(f"(?>.*?{part})" for part in others[:-1])
    return re.compile(first + passed + "".join(f".*{part}" for part in others[-1:]), re.DOTALL)


def _one(mark: str) -> str:
    """What matches one character."""
    if mark == "?":
        return "."
    if not mark.startswith("["):
        return re.escape(mark)
    negated = mark.startswith("[^")
    members = mark[2 if negated else 1 :]
    if members.find("]", 1) < 0:
        return _NOTHING
    chosen = "".join(f"{re.escape(first)}-{re.escape(last)}" for first, last in _ranges(members[:-1]) if first <= last)
    if not chosen:
        return "." if negated else _NOTHING
    return f"[{'^' if negated else ''}{chosen}]"


def _ranges(members: str) -> Iterator[tuple[str, str]]:
    """The ranges of a class, a character by itself being one. None begins with the `]` in front, nor where one ends."""
    if members.startswith("]"):
        yield "]", "]"
        members = members[1:]
    for first, last in re.findall(r"(.)(?:-(.))?", members, re.DOTALL):
        yield first, last or first


def parse_span(text: str) -> timedelta:
    """`90s`, `10m`, `2h`, `3d`, `1w` as a span of a century at most; UsageError otherwise."""
    match = re.fullmatch(r"(\d{1,10})([smhdw])", text, re.ASCII)
    seconds = int(match[1]) * UNITS[match[2]] if match else CENTURY + 1
    if seconds > CENTURY:
        raise UsageError(f"{text[:40]!r} is not a span of time", hint="for example 90s, 10m, 2h or 3d")
    return timedelta(seconds=seconds)


def parse_time(text: str, *, now: datetime) -> datetime:
    """A time before now (`10m`, `3d`) or RFC 3339, as an aware UTC time; one without an offset is local."""
    if re.fullmatch(r"\d+[a-z]", text, re.ASCII):
        return now - parse_span(text)
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError, OSError) as error:
        hint = "for example 10m, 2h, 3d or 2026-01-31T14:00:00Z"
        raise UsageError(f"{text!r} is neither a span nor a time", hint=hint) from error


def parse_status(text: str) -> tuple[int, int]:
    """`404` or `5xx` as the first and last status meant."""
    match = re.fullmatch(r"([1-5])(xx|XX|\d\d)", text, re.ASCII)
    if match is None:
        raise UsageError(f"{text!r} is not a status", hint="for example --status 404 or --status 5xx")
    if match[2] in ("xx", "XX"):
        return int(match[1]) * 100, int(match[1]) * 100 + 99
    return int(text), int(text)


def parse_outcome(text: str) -> str:
    """One of the outcomes of a verdict."""
    if text not in OUTCOMES:
        raise UsageError(f"{text!r} is not a verdict", hint=f"one of: {', '.join(OUTCOMES)}")
    return text
