"""Which deliveries: the filters that list, tail, forward, replay and export share."""

import re
from datetime import UTC, datetime, timedelta
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
    """A glob over the event type."""
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
