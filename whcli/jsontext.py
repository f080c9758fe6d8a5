"""JSON as text (RFC 8259): indented, coloured or searched without one token being changed.

A payload shown to somebody hunting a signature must not pass through a parser: `1.0` would become `1`, one of
two equal keys would vanish, a number of 5,000 digits would be refused. So the text is cut into tokens by one
regular expression, their order is checked against a table, and nothing recurses: any depth will do.
"""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

Path = tuple[str | int, ...]
"""The way from the root to a value: keys of objects, indexes of arrays."""

DEEPEST = 64
"""Levels past which `laid_out` indents no further: the text of 100,000 levels would else be gigabytes of blanks."""

# Possessive (*+) so that a long string is read once and without a stack; `other` takes what is no token, for a
# search that fails at one character would go on at the next, in quadratic time. `re` compiles it when it is
# first used, and keeps it: most commands make JSON and read none.
_SYNTAX = r"""(?xas)[ \t\n\r]*+(?:
      (?P<string>"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*+")
    | (?P<number>-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![\w.+-]))
    | (?P<literal>(?:true|false|null)\b)
    | (?P<mark>[][{}:,])
    | (?P<other>.|\Z)
    )"""
_BLANK = r"[ \t\n\r]*"
_BEGUN = r"""(?s)[ \t\n\r]*+("(?:[^"\\]++|\\.)*+\\?|[\w.+-]{0,400})"""
"""The end of a text that was cut: within a string, a number or a literal, or between two tokens."""

_OVER = ""
"""In the grammar: here a value is over, and its surroundings say what may follow."""
_VALUE = {"string": _OVER, "number": _OVER, "literal": _OVER, "{": "first key", "[": "first item"}
_GRAMMAR = {
    "value": _VALUE,
    "first item": {**_VALUE, "]": _OVER},
    "first key": {"string": "colon", "}": _OVER},
    "key": {"string": "colon"},
    "colon": {":": "value"},
    "in {": {",": "key", "}": _OVER},
    "in [": {",": "value", "]": _OVER},
    "end": {},
}


class Token(NamedTuple):
    """A piece of JSON text: `text[start:end]`."""

    kind: str
    """`key`, `string`, `number`, `literal` (true, false, null), or the mark itself: one of `{}[]:,`.

    Of a text that was cut, the last may be `begun`, of whatever kind it would have been.
    """
    start: int
    end: int


def tokens(text: str, *, cut: bool = False) -> Iterator[Token]:
    """The tokens of one JSON value in order, blanks left out. Raises ValueError where the text ceases to be JSON.

    Of a text that was `cut`, the end may be missing.
    """
    state, around, end = "value", ["end"], 0
    for match in re.finditer(_SYNTAX, text):
        kind: str = match.lastgroup or ""
        start, stop = match.span(kind)
        if kind == "mark":
            kind = text[start]
        following = _GRAMMAR[state].get(kind)
        if following is None:
            break
        yield Token("key" if following == "colon" else kind, start, stop)
        if kind in "{[":
            around.append("in " + kind)
        elif kind in "}]":
            around.pop()
        state, end = following or around[-1], stop
    blank = re.compile(_BLANK)
    begun = re.compile(_BEGUN).fullmatch(text, end) if cut and state != "end" else None
    if begun and begun[1]:
        yield Token("begun", *begun.span(1))
    elif not begun and (state != "end" or blank.fullmatch(text, end) is None):
        where = blank.match(text, end)
        raise ValueError(f"not JSON at character {where.end() if where else end}: expected {_expected(state)}")


def _expected(state: str) -> str:
    kinds = dict.fromkeys(
        "a value" if kind in _VALUE and "number" in _GRAMMAR[state] else kind for kind in _GRAMMAR[state]
    )
    words = (kind if kind == "a value" else "a string" if kind == "string" else f"'{kind}'" for kind in kinds)
    return " or ".join(words) or "the end"


def laid_out(text: str, *, indent: int = 2, cut: bool = False) -> Iterator[tuple[str, str]]:
    """JSON text with a line for each value and `indent` blanks for each level, piece by piece.

    A piece is a token as it was, with its kind, or what stands between two, of no kind: a line end and the blanks
    after it, or a blank. Raises ValueError where the text ceases to be JSON; one that was `cut` may lack its end.
    """
    lines = ["\n" + " " * (indent * level) for level in range(DEEPEST + 1)]
    depth, last = 0, ""
    for kind, start, end in tokens(text, cut=cut):
        if kind in "}]":
            depth -= 1
            if last not in "{[":
                yield "", lines[min(depth, DEEPEST)]
        elif last and last in "{[,":
            yield "", lines[min(depth, DEEPEST)]
        yield kind, text[start:end]
        if kind == ":":
            yield "", " "
        elif kind in "{[":
            depth += 1
        last = kind


def span(text: str, path: Sequence[str | int]) -> tuple[int, int] | None:
    """Where the value at `path` begins and ends, or None where there is none.

    Of equal keys the last counts, as parsers have it. Raises ValueError for what is not JSON.
    """
    entered: list[int] = []  # the containers on the path that are open: which of its values each is at
    depth, begun, hit = 0, 0, True  # hit: the value here, directly in the innermost of them, is on the path
    found: tuple[int, int] | None = None
    for kind, start, end in tokens(text):
        if kind in "}]":
            depth -= 1
            del entered[depth:]
        level = len(entered)
        if depth > level:
            pass
        elif kind in ("key", ","):
            entered[-1] += kind == ","
            hit = path[level - 1] == (entered[-1] if kind == "," else json.loads(text[start:end]))
            found = None if hit else found
        elif hit and level == len(path) and kind != ":":
            begun = begun if kind in "}]" else start
            found = found if kind in "{[" else (begun, end)
        elif hit and kind in "{[":
            entered.append(0)
            hit = kind == "[" and path[level] == 0
        depth += kind in "{["
    return found


def encode(value: Any, *, indent: int | None = None) -> bytes:
    """A value as JSON in UTF-8, compact unless an indent is given.

    Text stays readable; what UTF-8 cannot spell (half of a surrogate pair) is escaped.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    try:
        return json.dumps(value, ensure_ascii=False, indent=indent, separators=separators).encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent, separators=separators).encode()
