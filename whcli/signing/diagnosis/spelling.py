"""One JSON document as other writers spell it: layout, order, escapes and numbers, each on its own.

The text is cut into tokens, so that whatever is not changed stays as it came: a number keeps its digits, a name said
twice is said twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import NamedTuple

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+|[\[\]{}:,]', re.DOTALL)
NUMBER = re.compile(r"-?\d[\d.eE+-]*")
LONGEST = 1 << 18
"""Characters of a document that is spelled anew; a longer one takes too long."""
FEW = 12
"""Numbers in a document of which each is tried alone."""
LARGE = 1e21
"""From here on JavaScript writes numbers with an exponent."""


class Layout(NamedTuple):
    """Where a writer puts blanks."""

    comma: str
    colon: str
    indent: str | None = None


LAYOUTS = (
    Layout(",", ":"),  # JavaScript, Go, PHP, Ruby
    Layout(", ", ": "),  # Python
    Layout(",", ": ", "  "),
    Layout(",", ": ", "    "),
    Layout(",", ": ", "\t"),
    Layout(",", " : ", "  "),  # Jackson
)

Spell = Callable[[str], str]


def _escaped(signs: str, form: str = "\\u{:04x}") -> Spell:
    table = {ord(sign): form.format(ord(sign)) for sign in signs}
    return lambda text: text.translate(table)


SLASH = _escaped("/", "\\/")
HTML = _escaped("<>&\u2028\u2029")
DOTNET = _escaped("<>&'+`", "\\u{:04X}")


def _plain(token: str) -> str:
    return json.dumps(json.loads(token, strict=False), ensure_ascii=False)


def _ascii(token: str) -> str:
    return json.dumps(json.loads(token, strict=False))


def _capital(token: str) -> str:
    return re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found[0][2:].upper(), _ascii(token))


def _dotnet(token: str) -> str:
    return DOTNET(_capital(token)[1:-1].replace('\\"', "\\u0022")).join('""')


STRINGS: tuple[Spell, ...] = (
    str,
    _plain,
    _ascii,
    lambda token: SLASH(_ascii(token)),  # PHP
    lambda token: SLASH(_plain(token)),
    lambda token: HTML(_plain(token)),  # Go
    lambda token: HTML(_ascii(token)),
    _capital,
    _dotnet,  # System.Text.Json
    lambda token: _escaped("<>&='")(_plain(token)),  # Gson
)


def _javascript(token: str) -> str:
    """A number as JavaScript writes it: 1.0 is 1."""
    value = float(token)
    return str(int(value)) if value.is_integer() and abs(value) < LARGE else repr(value).replace("e-0", "e-")


def _python(token: str) -> str:
    return repr(float(token)) if re.search("[.eE]", token) else token


def _old_php(token: str) -> str:
    """A number with 17 digits, as PHP wrote it before 7.1."""
    return format(float(token), ".17g") if "." in token else token


def _money(token: str) -> str:
    """A number with two decimals, whose zeros were lost."""
    whole, dot, decimals = token.partition(".")
    return f"{whole}.{decimals:0<2}" if dot and len(decimals) < 2 else token  # noqa: PLR2004 - of money


def _floating(token: str) -> str:
    return token if re.search("[.eE]", token) else f"{token}.0"


NUMBERS: tuple[Spell, ...] = (str, _javascript, _python, _money, _old_php, _floating)


def spellings(text: str) -> Iterator[str]:
    """The same JSON in other spellings, the most usual first, each once. Nothing for a text that is none."""
    if len(text) > LONGEST:
        return
    try:
        document = json.loads(text)
        rest = [json.dumps(document, sort_keys=True, ensure_ascii=False)]
    except (ValueError, RecursionError):
        return
    if not isinstance(document, (dict, list)):
        return
    seen = {text}
    for source in (text, *rest):
        for spelled in _of(TOKEN.findall(source)):
            if spelled not in seen:
                seen.add(spelled)
                yield spelled
    yield repr(document)  # Python's str() where json.dumps was meant
    yield "[object Object]"


def _of(tokens: Sequence[str]) -> Iterator[str]:
    """Every layout with every way to write text; then numbers, with the layouts of most writers."""
    glues = [_glue(tokens, layout) for layout in LAYOUTS]
    texts = _distinct(tokens, STRINGS, '"')
    numbers = _distinct(tokens, NUMBERS, "-0123456789")
    for glue in glues:
        for text in texts:
            yield _joined(text, glue)
    for glue in glues[:2]:
        for text in texts:
            for number in numbers[1:]:
                yield _joined([own if old[0] != '"' else new for own, old, new in zip(number, tokens, text)], glue)  # noqa: B905 - all of one length
    yield from (f"{_joined(text, glue)}\n" for glue in glues for text in texts[:3])
    yield from _one_number(tokens, glues[:2])


def _distinct(tokens: Sequence[str], spells: Sequence[Spell], begins: str) -> list[list[str]]:
    """The tokens in each spelling of those that begin so; each result once."""
    found: dict[tuple[str, ...], None] = {}
    for spell in spells:
        try:
            found[tuple(spell(token) if token[0] in begins else token for token in tokens)] = None
        except (ValueError, OverflowError):  # a lone surrogate stays what it is; a number of 5,000 digits
            continue
    return [list(each) for each in found]


def _one_number(tokens: Sequence[str], glues: Sequence[Sequence[str]]) -> Iterator[str]:
    """One number alone with zeros behind its point."""
    places = [place for place, token in enumerate(tokens) if NUMBER.fullmatch(token)]
    for place in places if len(places) <= FEW else ():
        for spelled in (f"{tokens[place]}.0", f"{tokens[place]}.00", f"{tokens[place]}0"):
            changed = [*tokens[:place], spelled, *tokens[place + 1 :]]
            yield from (_joined(changed, glue) for glue in glues)


def _joined(tokens: Sequence[str], glue: Sequence[str]) -> str:
    return "".join(chain.from_iterable(zip(tokens, glue, strict=True)))


def _glue(tokens: Sequence[str], layout: Layout) -> list[str]:
    """What stands behind each token."""
    found, depth = [], 0
    for own, following in zip(tokens, (*tokens[1:], ""), strict=True):
        depth += (own in "{[") - (following != "" and following in "]}")
        if own == ":":
            found.append(" " if layout.colon.endswith(" ") else "")
        elif following == ":":
            found.append(" " if layout.colon.startswith(" ") else "")
        elif layout.indent is not None and following and _breaks(own, following):
            found.append("\n" + layout.indent * depth)
        else:
            found.append(layout.comma[1:] if own == "," else "")
    return found


def _breaks(own: str, following: str) -> bool:
    """Whether an indented document has a line end between; none within what is empty."""
    if own in "{[":
        return following not in "]}"
    return own == "," or following in "]}"
