"""Values said in a few words: a size, a moment, a verdict, the outcome of an attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from whcli.http import path_of, split_url
from whcli.model import Attempt, Delivery, Outcome, Verdict
from whcli.view.text import safe
from whcli.view.theme import Meaning, Span

NONE = Span("–", "dim")
"""What is absent."""

LONGEST = 2000
"""Characters of one foreign value that a line can ever need."""

UNITS = ("B", "kB", "MB", "GB", "TB")

CLASSES: dict[int, Meaning] = {2: "ok", 3: "warn"}
"""What the hundreds of a status mean; any other failed."""

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)

OUTCOMES: dict[Outcome, tuple[str, Meaning]] = {
    "valid": ("✓", "ok"),
    "unchecked": ("–", "dim"),  # neither good nor bad: never green
    "missing": ("✗", "bad"),
    "mismatch": ("✗", "bad"),
    "expired": ("✗", "bad"),
    "malformed": ("✗", "bad"),
}

REMEDIES = {
    "connection_refused": "start your app, nothing is on {place}",
    "timeout": "no answer in {took} from {place}, see what it waits for",
}
"""An error and what mends it in a few words, by its slug."""


@lru_cache(maxsize=256)
def size(count: int) -> str:
    """Bytes in decimal units, as disks and networks count: `1.8 kB`."""
    power = min((len(str(count)) - 1) // 3, len(UNITS) - 1)
    return f"{count / 1000**power:.1f} {UNITS[power]}" if power else f"{count} B"


def took(span: timedelta) -> str:
    """A span in the unit that suits it: `37ms`, `1.2s`, `3m05s`."""
    if span < SECOND:
        return f"{span // timedelta(milliseconds=1)}ms"
    if span < MINUTE:
        return f"{span // timedelta(milliseconds=100) / 10}s"
    return f"{span // MINUTE}m{span % MINUTE // SECOND:02}s"


def local(when: datetime) -> datetime:
    """A time as the clock on the wall has it; unchanged where the calendar ends."""
    try:
        return when.astimezone()
    except (OverflowError, ValueError, OSError):
        return when


def clock(when: datetime) -> str:
    """The local time of day: `14:02:11`."""
    return _clock(when.replace(microsecond=0))


@lru_cache(maxsize=64)
def _clock(second: datetime) -> str:
    """Remembered, for many deliveries come within a second, and time zones are slow."""
    return f"{local(second):%H:%M:%S}"


def moment(when: datetime, now: datetime) -> Span:
    """A local time, with its day where that is not today: `14:02:11`, `11-22 14:02`, `2025-11-22`."""
    here, today = local(when), local(now)
    if here.date() == today.date():
        return Span(f"{here:%H:%M:%S}", "dim")
    return Span(f"{here:%m-%d %H:%M}" if here.year == today.year else here.date().isoformat(), "dim")


def full(when: datetime) -> str:
    """A local time with everything: `2026-11-23 14:02:11.123 +0100`."""
    here = local(when)
    return f"{here:%Y-%m-%d %H:%M:%S}.{here.microsecond // 1000:03d} {here:%z}"


def ago(when: datetime, now: datetime) -> str:
    """How long ago in the largest unit that fits: `12s ago`, `5m ago`, `3d ago`."""
    seconds = max(int((now - when).total_seconds()), 0)
    for length, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= length:
            return f"{seconds // length}{unit} ago"
    return f"{seconds}s ago"


def utc(when: datetime) -> str:
    """A time for a script: RFC 3339, UTC, to the second."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def event(delivery: Delivery) -> Span:
    """The event's type; where none was read, the method and path that were called."""
    if delivery.event_type:
        return Span(safe(delivery.event_type, limit=LONGEST), "strong")
    request = delivery.request
    return Span(safe(f"{request.method} {path_of(request.url) or '/'}", limit=LONGEST))


def foreign(text: str | None, meaning: Meaning = "") -> Span:
    """A foreign value that may be absent."""
    return Span(safe(text, limit=LONGEST), meaning) if text else NONE


def judged(verdict: Verdict | None) -> Span:
    """A verdict for a table: its mark and its outcome."""
    outcome = verdict.outcome if verdict else "unchecked"
    mark, meaning = OUTCOMES[outcome]
    return Span(f"{mark} {outcome}", meaning)


def signature(verdict: Verdict | None) -> Span:
    """A verdict for a live line: `✓ sig`, `✗ sig: reason`, `– unchecked`."""
    outcome = verdict.outcome if verdict else "unchecked"
    mark, meaning = OUTCOMES[outcome]
    if verdict is None or outcome == "unchecked":
        return Span(f"{mark} unchecked", meaning)
    if outcome == "valid":
        return Span(f"{mark} sig", meaning)
    return Span(f"{mark} sig: {safe(verdict.reason, limit=LONGEST)}", meaning)


def answered(status: int | None) -> Span:
    """A status by its class: 2xx is good, 3xx was not followed, the rest failed."""
    if status is None:
        return NONE
    return Span(str(status), CLASSES.get(status // 100, "bad"))


def outcome(attempt: Attempt) -> list[Span]:
    """What became of an attempt: `→ 200  37ms`, `→ 307 not followed  2ms`, `✗ connection refused: …`."""
    response = attempt.response
    if response is None:
        return [Span(f"✗ {failure(attempt.error)}", "bad")]
    status = answered(response.status)
    note = " not followed" if status.meaning == "warn" else ""
    return [Span(f"→ {status.text}{note}", status.meaning), Span(f"  {took(attempt.duration)}", "dim")]


def failure(error: str | None) -> str:
    """An error with its slug as words: `connection refused: nothing listens on …`."""
    slug, colon, sentence = (error or "no answer").partition(":")
    return safe(slug.replace("_", " ") + colon + sentence, limit=LONGEST)


def remedy(attempt: Attempt) -> str:
    """What to do about an error in as few words as may be; the sentence of one that we have no shorter words for."""
    slug, _, sentence = (attempt.error or "no answer").partition(": ")
    known = REMEDIES.get(slug, "").format(place=place(attempt.target), took=took(attempt.duration))
    again = "" if attempt.delivery_id is None else f", then {replay(attempt.delivery_id)}"
    return (known or safe(sentence or slug, limit=LONGEST)) + again


def replay(delivery_id: int) -> str:
    """The command that sends a delivery again."""
    return f"whcli replay {delivery_id}"


def place(target: str) -> str:
    """The host and port of a target, `:3000` on this machine: its name where there is little room."""
    host = split_url(target)[0].partition("://")[2] or target
    for here in ("127.0.0.1:", "localhost:", "[::1]:"):
        host = host[len(here) - 1 :] if host.startswith(here) else host
    return safe(host, limit=LONGEST)
