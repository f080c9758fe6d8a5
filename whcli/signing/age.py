"""How old a signature is, and whether that is too old or too new."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

from whcli.http import Request
from whcli.model import Verdict

LAST_SECOND = 253_402_300_799
"""The end of the year 9999, the last that a datetime holds."""
MOST_DIGITS = 12
"""Of seconds; enough for the year 33658. As few of milliseconds are in the year 1973, and meant by nobody."""
FINER = {10: "seconds", 13: "milliseconds", 16: "microseconds", 19: "nanoseconds"}
"""What a timestamp of so many digits counts, in this century."""
DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
DATE = re.compile(rb"[A-Z][a-z]{2}, (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) GMT")
ISO = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)?")

Time = Literal["s", "ms", "s or ms", "iso", "http date"]


class Form(NamedTuple):
    """One way to write a time."""

    read: Callable[[bytes], float | None]
    """Unix seconds, or None for what is not of this form."""
    write: Callable[[datetime], str]
    words: str


def _seconds(text: bytes) -> float | None:
    return int(text) if len(text) <= MOST_DIGITS and text.isdigit() else None


def _milliseconds(text: bytes) -> float | None:
    return int(text) / 1000 if MOST_DIGITS <= len(text) <= MOST_DIGITS + 3 and text.isdigit() else None


def _either(text: bytes) -> float | None:
    return _seconds(text) if len(text) < MOST_DIGITS else _milliseconds(text)


def _iso(text: bytes) -> float | None:
    """A time of RFC 3339; one without a zone is UTC."""
    found = ISO.fullmatch(text)
    if found is None:
        return None
    try:
        time = datetime.fromisoformat(text.decode())
        return (time if found[2] else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):  # the 30th of February; a zone that leads out of the calendar
        return None


def _http_date(text: bytes) -> float | None:
    """An IMF-fixdate (RFC 9110, 5.6.7)."""
    found = DATE.fullmatch(text)
    if found is None or (month := found[2].decode()) not in MONTHS:
        return None
    day, year, hour, minute, second = (int(found[group]) for group in (1, 3, 4, 5, 6))
    try:
        return datetime(year, MONTHS.index(month) + 1, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:  # the 30th of February
        return None


def _written_seconds(time: datetime) -> str:
    return str(int(time.timestamp()))


def _written_milliseconds(time: datetime) -> str:
    return str(round(time.timestamp() * 1000))


def _written_iso(time: datetime) -> str:
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _written_http_date(time: datetime) -> str:
    at = time.astimezone(UTC)  # strftime would speak the language of the machine
    return f"{DAYS[at.weekday()]}, {at.day:02} {MONTHS[at.month - 1]} {at.year:04} {at:%H:%M:%S} GMT"


FORMS: Mapping[Time, Form] = {
    "s": Form(_seconds, _written_seconds, "unix seconds"),
    "ms": Form(_milliseconds, _written_milliseconds, "unix milliseconds"),
    "s or ms": Form(_either, _written_seconds, "unix seconds or milliseconds"),
    "iso": Form(_iso, _written_iso, "RFC 3339 time"),
    "http date": Form(_http_date, _written_http_date, "HTTP date"),
}


def moment(seconds: float) -> datetime | None:
    """Unix seconds as a time, or None where they lie past the year 9999."""
    return datetime.fromtimestamp(seconds, UTC) if 0 <= seconds <= LAST_SECOND else None


def too_far(request: Request, signed: float, now: datetime, tolerance: timedelta) -> Verdict | None:
    """An `expired` verdict for a timestamp further from now than the tolerance, on either side of it."""
    allowed = tolerance.total_seconds()
    return expired(request, signed, now, allowed) if abs(now.timestamp() - signed) > allowed else None


def expired(request: Request, signed: float, now: datetime, allowed: float) -> Verdict:
    """The verdict on a timestamp that is further from now than `allowed` seconds."""
    age = now.timestamp() - signed
    far, side = (span(age), "ago") if age > 0 else (span(-age), "in the future")
    reason = f"The signature holds, but it was made {far} {side}; the tolerance is {span(allowed)}."
    date = sent_at(request)
    if date is not None and abs(date - signed) <= max(allowed, 1):
        clock = f"this machine's clock is {far} {'fast' if age > 0 else 'slow'}"
        fix = f"The sender's Date header agrees with the timestamp, so either {clock}, or the request was held back."
    elif age > 0:
        fix = "Replay it with --resign, judge it as of another time with --at, or allow more with --tolerance."
    else:
        fix = "Compare this machine's clock with the sender's; one of them is wrong."
    return Verdict("expired", reason, "stale" if age > 0 else "future", fix)


def sent_at(request: Request) -> float | None:
    """Unix seconds of the Date header."""
    return _http_date(request.headers.first(b"date") or b"")


def span(seconds: float) -> str:
    """A length of time for a sentence, in its two largest units: `6 min 40 s`."""
    left = int(abs(seconds))
    words = []
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s")):
        count, left = divmod(left, size)
        if count:
            words.append(f"{count} {unit}")
    return " ".join(words[:2]) or "0 s"
