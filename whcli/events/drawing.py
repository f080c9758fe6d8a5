"""The language of templates: what a `{placeholder}` in a string becomes.

`{name}` is a variable of the template, and `{name.path}` a value within it. A variable is any JSON with
placeholders of its own; it is drawn once in a rendering, when it is first named, so that an id agrees wherever
it stands. `{kind:argument:…}` draws afresh:

    {alnum:24} {upper:10} {hex:40} {digits:6} {uuid}   so many letters and digits of that sort; a version 4 UUID
    {int:500:20000}   an integer of that range        {one:visa|amex}   one of these texts
    {money:subtotal+tax}   cents spelled as "12.34"   {str:seconds}   a number as text
    {unix} {ms}   now as an integer                   {unix:-90}   90 seconds before now, as all that follow can be
    {iso} {iso_ms}   2026-01-31T09:30:00Z, …00.123Z    {iso:-90:-300}   in a zone so many minutes east of UTC
    {date}   2026-01-31                               {rfc2822}   Sat, 31 Jan 2026 09:30:00 +0000

A number may be a sum: integers and names joined by + - * /, from left to right (`{price*quantity+shipping}`; / is
integer division). A string that is one placeholder and no more becomes its value, of whatever type; within other
text it becomes text. A brace is literal where it is doubled, or followed by none of a-z 0-9 _ - (`keys{/key_id}`).
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

from whcli import paths

if TYPE_CHECKING:
    from random import Random

_PLACEHOLDER = re.compile(r"\{\{|\}\}|\{(?P<inside>[a-z0-9_-][^{}]*)\}")
_NAME = re.compile(r"[a-z_][A-Za-z0-9_.]*")
_TERM = re.compile(r"([-+*/]?)([a-z_][A-Za-z0-9_.]*|[0-9]+)")
_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "": operator.add,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.floordiv,
}

_DIGITS = "0123456789"
_UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Spelled here, for strftime speaks the user's language.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Drawing:
    """One rendering: the variables with what they came to."""

    def __init__(
        self, variables: Mapping[str, Any], *, now: datetime, random: Random, known: Mapping[str, Any]
    ) -> None:
        self.now = now
        self.random = random
        self._variables = variables
        self._drawn = dict(known)

    def fill(self, node: Any) -> Any:
        """JSON with its placeholders replaced. Raises NotFound for a name that is not there."""
        if isinstance(node, dict):
            return {key: self.fill(inner) for key, inner in node.items()}
        if isinstance(node, list):
            return [self.fill(inner) for inner in node]
        return self._text(node) if isinstance(node, str) else node

    def _text(self, text: str) -> Any:
        alone = _PLACEHOLDER.fullmatch(text)
        if alone and alone["inside"] is not None:
            return self._one(alone["inside"])
        return _PLACEHOLDER.sub(lambda match: str(self._one(match["inside"])) if match["inside"] else match[0][0], text)

    def _one(self, inside: str) -> Any:
        kind, *arguments = inside.split(":")
        if kind in _KINDS:
            return _KINDS[kind](self, *arguments)
        return self._named(inside) if _NAME.fullmatch(inside) else self.number(inside)

    def _named(self, name: str) -> Any:
        head, _, rest = name.partition(".")
        if head not in self._drawn:
            self._drawn[head] = self.fill(paths.get(self._variables, [head]))
        return paths.get(self._drawn[head], paths.parse(rest)) if rest else self._drawn[head]

    def number(self, text: str) -> int:
        """What a sum comes to, its terms taken from left to right."""
        total = 0
        for sign, term in _TERM.findall(text):
            total = _OPERATIONS[sign](total, int(term) if term.isdecimal() else self._named(term))
        return total

    def moment(self, offset: str, zone: str) -> datetime:
        """Now and so many seconds, in a zone so many minutes east of UTC."""
        there = timezone(timedelta(minutes=self.number(zone)))
        return (self.now + timedelta(seconds=self.number(offset))).astimezone(there)


def _letters(alphabet: str) -> Callable[[Drawing, str], str]:
    return lambda drawing, count: "".join(drawing.random.choices(alphabet, k=drawing.number(count)))


def _uuid(drawing: Drawing) -> str:
    digits = f"{drawing.random.getrandbits(128):032x}"
    variant = "89ab"[int(digits[16], 16) % 4]
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def _int(drawing: Drawing, low: str, high: str) -> int:
    return drawing.random.randint(drawing.number(low), drawing.number(high))


def _one(drawing: Drawing, *choices: str) -> str:
    return drawing.random.choice(":".join(choices).split("|"))


def _money(drawing: Drawing, cents: str) -> str:
    whole, rest = divmod(drawing.number(cents), 100)
    return f"{whole}.{rest:02d}"


def _time(spell: Callable[[datetime], Any]) -> Callable[..., Any]:
    return lambda drawing, offset="0", zone="0": spell(drawing.moment(offset, zone))


def _rfc2822(time: datetime) -> str:
    return f"{_DAYS[time.weekday()]}, {time.day:02d} {_MONTHS[time.month - 1]} {time.year:04d} {time:%H:%M:%S %z}"


def _iso(timespec: str) -> Callable[[datetime], str]:
    return lambda time: time.isoformat(timespec=timespec).replace("+00:00", "Z")


_KINDS: dict[str, Callable[..., Any]] = {
    "alnum": _letters(_DIGITS + _UPPER + _UPPER.lower()),
    "upper": _letters(_DIGITS + _UPPER),
    "hex": _letters("0123456789abcdef"),
    "digits": _letters(_DIGITS),
    "uuid": _uuid,
    "int": _int,
    "one": _one,
    "money": _money,
    "str": lambda drawing, number: str(drawing.number(number)),
    "unix": _time(lambda time: (time - _EPOCH) // timedelta(seconds=1)),
    "ms": _time(lambda time: (time - _EPOCH) // timedelta(milliseconds=1)),
    "iso": _time(_iso("seconds")),
    "iso_ms": _time(_iso("milliseconds")),
    "date": _time(lambda time: time.date().isoformat()),
    "rfc2822": _time(_rfc2822),
}
