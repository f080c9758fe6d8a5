"""The way to one value of a payload: `data.object.amount`, `items[0].id`, `["x.y"].z`; read, replaced, spliced.

Keys are joined by dots, indexes stand in brackets, and a key that holds a mark of this language is quoted in
brackets. A path that leads nowhere is an error that names near ones: an override that silently changes nothing
costs somebody an afternoon.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from whcli import jsontext
from whcli.errors import NotFound, UsageError
from whcli.jsontext import Path

_STEP = re.compile(
    r"""\[(?P<index>[0-9]{1,9})\]
      | \[(?P<quoted>"(?:[^"\\\x00-\x1f]|\\.)*")\]
      | (?P<key>[^][.="\s\x00-\x1f]+)""",
    re.VERBOSE,
)
_SEARCHED = 5_000
"""Values that are looked through for near paths."""
_SHOWN = 200
"""Characters of a path that an error repeats."""
_EXAMPLE = 'e.g. data.object.amount, items[0].id, ["a.b"]'


def parse(text: str) -> Path:
    """The steps of a path. Raises UsageError for what is none."""
    path, end = _steps(text)
    if not path or end != len(text):
        raise UsageError(
            f"{text[:_SHOWN]!r} is not a path: it makes no sense from character {end + 1} on", hint=_EXAMPLE
        )
    return path


def _steps(text: str) -> tuple[Path, int]:
    """The longest path at the front of a text, and where it ends."""
    path: list[str | int] = []
    end = 0
    while True:
        dotted = bool(path) and text.startswith(".", end)
        match = _STEP.match(text, end + dotted)
        if match is None or (match["key"] is not None and bool(path) != dotted):
            return tuple(path), end
        if match["index"] is not None:
            path.append(int(match["index"]))
        else:
            path.append(match["key"] if match["key"] is not None else _unquoted(match["quoted"]))
        end = match.end()


def _unquoted(text: str) -> str:
    try:
        key: str = json.loads(text)
    except ValueError:
        raise UsageError(f"the key {text[:_SHOWN]} is not quoted as JSON is", hint=_EXAMPLE) from None
    return key


def spell(path: Sequence[str | int]) -> str:
    """A path as text, the opposite of `parse`."""
    return "".join(map(_spelled, path)).removeprefix(".")


def _spelled(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step}]"
    plain = _STEP.fullmatch(step)
    return f".{step}" if plain and plain["key"] is not None else f"[{json.dumps(step)}]"


def get(value: Any, path: Sequence[str | int]) -> Any:
    """The value at a path. Raises NotFound with near paths."""
    here = value
    for step in path:
        if not _has(here, step):
            raise _unknown(value, path)
        here = here[step]
    return here


def put(value: Any, path: Sequence[str | int], new: Any, *, create: bool = False) -> Any:
    """A copy of `value` with `new` at a path; what lies beside the path is shared, not copied.

    Raises NotFound for a path that is not there. With `create` its last step may be a new key of an object.
    """
    if not path:
        return new
    parents = [value]
    for step in path[:-1]:
        if not _has(parents[-1], step):
            raise _unknown(value, path)
        parents.append(parents[-1][step])
    if not (_has(parents[-1], path[-1]) or (create and isinstance(parents[-1], dict) and isinstance(path[-1], str))):
        raise _unknown(value, path)
    changed = new
    for parent, step in zip(reversed(parents), reversed(path), strict=True):
        copy = parent.copy()
        copy[step] = changed
        changed = copy
    return changed


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, dict):
        return isinstance(step, str) and step in value
    return isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value)


def splice(body: bytes, path: Sequence[str | int], new: Any) -> bytes:
    """A JSON body with the value at a path replaced; every other byte stays as it was.

    Raises UsageError for a body that is not JSON in UTF-8, NotFound for a path that is not there.
    """
    try:
        text = body.decode()
        mark = text.startswith("\ufeff")
        found = jsontext.span(text[mark:], path)
    except ValueError as error:
        raise UsageError(
            f"the body cannot be edited by path: {error}", hint="give a whole new one: --body @FILE"
        ) from error
    if found is None:
        raise _unknown(_loaded(text[mark:]), path)
    start, end = (place + mark for place in found)
    return text[:start].encode() + jsontext.encode(new) + text[end:].encode()


def _loaded(text: str) -> Any:
    """JSON for a look at its paths alone: numbers stay text, and what is too deep is None."""
    try:
        return json.loads(text, parse_int=str, parse_float=str)
    except RecursionError:
        return None


def splice_form(body: bytes, name: str, value: str) -> bytes:
    """A form body (application/x-www-form-urlencoded) with the first pair of a name given another value.

    Every other byte stays as it was. Raises NotFound with near names.
    """
    from urllib.parse import quote_plus, unquote_plus

    pairs = body.split(b"&")
    names = [unquote_plus(pair.partition(b"=")[0].decode("latin-1"), errors="replace") for pair in pairs]
    if name not in names:
        raise _unknown(dict.fromkeys(names), [name])
    index = names.index(name)
    spelled = pairs[index].partition(b"=")[0]
    pairs[index] = spelled + b"=" + quote_plus(value, errors="replace").encode()
    return b"&".join(pairs)


def value(text: str) -> Any:
    """The VALUE of `PATH=VALUE`: JSON where it is JSON (`3`, `true`, `"3"`, `{"a": 1}`), else the text itself."""
    try:
        return json.loads(text, parse_constant=_refused, parse_float=_finite)
    except (ValueError, RecursionError):
        return text


def _refused(word: str) -> Any:
    raise ValueError(word)


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refused(text)


def assignment(text: str) -> tuple[Path, Any]:
    """`PATH=VALUE` as the path and the value. Raises UsageError with an example."""
    path, end = _steps(text)
    if not path or text[end : end + 1] != "=":
        raise UsageError(
            f"{text[:_SHOWN]!r} is not PATH=VALUE", hint="e.g. data.object.amount=4200 or items[0].name=Tea"
        )
    return path, value(text[end + 1 :])


def _unknown(known: Any, path: Sequence[str | int]) -> NotFound:
    """The error for a path that leads nowhere, with those that were perhaps meant."""
    from difflib import get_close_matches

    wanted, paths = spell(path)[:_SHOWN], list(_walk(known))
    ends = get_close_matches(str(path[-1])[:_SHOWN], dict.fromkeys(str(found[-1]) for found in paths))
    alike = [spell(found) for found in paths if str(found[-1]) in ends]
    near = get_close_matches(wanted, alike, cutoff=0) or get_close_matches(wanted, map(spell, paths))
    top = [spell(found) for found in paths if len(found) == 1]
    there = f"there is: {', '.join(top[:12])}" if top else None
    hint = f"did you mean {' or '.join(near)}?" if near else there
    return NotFound(f"nothing is at {wanted}", hint=hint)


def _walk(value: Any) -> Iterator[Path]:
    """The paths of a value from the outside in, the first few thousand."""
    level: list[tuple[Path, Any]] = [((), value)]
    given = 0
    while level and given < _SEARCHED:
        deeper: list[tuple[Path, Any]] = []
        for path, here in level:
            steps: Any = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
            deeper += [((*path, step), inner) for step, inner in steps]
        yield from (path for path, _ in deeper[: _SEARCHED - given])
        given += len(deeper)
        level = deeper
