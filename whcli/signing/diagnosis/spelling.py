"""One JSON document as other writers spell it: layout, order, escapes and numbers, each on its own.

The text is cut into tokens, so that whatever is not changed stays as it came: a number keeps its digits, a name said
twice is said twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, product

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+|[\[\]{}:,]', re.DOTALL)
NUMBER = re.compile(r"-?\d[\d.eE+-]*")
LONGEST = 1 << 17
"""Characters of a document that is spelled anew; a longer one takes too long."""
FEW = 12
"""Numbers in a document of which each is tried alone."""
LARGE = 1e21
"""From here on JavaScript writes numbers with an exponent."""
DEPTH = "\0"
"""Stands for one step of indentation until it is known how wide that is; no JSON text holds it."""
INDENTS = ("  ", "    ", "\t")
Glue = Sequence[str]
"""What stands behind each token."""

Spell = Callable[[str], str]


def _escaping(signs: str, form: str = "\\u{:04x}") -> Spell:
    """What escapes signs that stand in texts alone, so that it serves a whole document."""

    def escape(text: str) -> str:
        for sign in signs:
            text = text.replace(sign, form.format(ord(sign)))
        return text

    return escape


def _capital(text: str) -> str:
    return re.sub(r"\\u[0-9a-f]{4}", lambda found: "\\u" + found[0][2:].upper(), text)


HTML = _escaping("<>&\u2028\u2029")
DOTNET = _escaping("<>&'`", "\\u{:04X}")
ESCAPES: tuple[Spell, ...] = (
    str,
    _escaping("/", "\\/"),  # PHP
    HTML,  # Go
    lambda text: HTML(text.replace("/", "\\/")),
    _capital,
    lambda text: DOTNET(_capital(text).replace('\\"', "\\u0022")),  # System.Text.Json
    _escaping("<>&='"),  # Gson
)


def _plain(token: str) -> str:
    return json.dumps(json.loads(token, strict=False), ensure_ascii=False)


def _ascii(token: str) -> str:
    return json.dumps(json.loads(token, strict=False))


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
    return f"{whole}.{decimals:0<2}" if dot else token


def _floating(token: str) -> str:
    return token if re.search("[.eE]", token) else f"{token}.0"


NUMBERS: tuple[Spell, ...] = (_javascript, _python, _money, _old_php, _floating)


def spellings(text: str) -> Iterator[str]:
    """The same JSON in other spellings, the most usual first. Nothing for a text that is none."""
    if len(text) > LONGEST:
        return
    try:
        document = json.loads(text)
        ordered = json.dumps(document, sort_keys=True, ensure_ascii=False)
    except (ValueError, RecursionError):
        return
    if isinstance(document, (dict, list)):
        tokens = TOKEN.findall(text)
        yield from _written(tokens)
        yield from _written(TOKEN.findall(ordered))
        yield from _numbered(tokens)
        yield repr(document)  # Python's str() where json.dumps was meant
        yield "[object Object]"


def _written(tokens: Sequence[str]) -> Iterator[str]:
    """Every layout with every way to write text."""
    glues = (_spaced(tokens), _indented(tokens), _airy(tokens))
    for each in _texts(tokens):
        for laid in _layouts(each, glues):
            yield from dict.fromkeys(escape(laid) for escape in ESCAPES)


def _texts(tokens: Sequence[str]) -> list[list[str]]:
    """The tokens with each way to write what is not ASCII."""
    texts = {token for token in tokens if token[0] == '"' and ("\\" in token or not token.isascii())}
    changes = _distinct([{}, *(_changes(texts, spell) for spell in (_plain, _ascii))])
    return [[change.get(token, token) for token in tokens] for change in changes]


def _numbered(tokens: Sequence[str]) -> Iterator[str]:
    """All numbers written otherwise, or one alone; then a line end behind it all."""
    glues = (_spaced(tokens),)
    texts = _texts(tokens)
    numbers = {token for token in tokens if NUMBER.fullmatch(token)}
    for change in _distinct([_changes(numbers, spell) for spell in NUMBERS]):
        for each in texts:
            yield from _layouts([change.get(token, token) for token in each], glues)
    places = [place for place, token in enumerate(tokens) if NUMBER.fullmatch(token)]
    for place, zeros in product(places if len(places) <= FEW else (), (".0", ".00", "0")):
        yield from _layouts([*tokens[:place], tokens[place] + zeros, *tokens[place + 1 :]], glues)
    for each in texts:
        yield from (f"{laid}\n" for laid in _layouts(each, (*glues, _indented(tokens))))


def _changes(tokens: set[str], spell: Spell) -> Mapping[str, str]:
    """What a way of writing changes."""
    found = {}
    for token in tokens:
        try:
            changed = spell(token)
        except (ValueError, OverflowError):  # a number of 5,000 digits
            continue
        if changed != token:
            found[token] = changed
    return found


def _distinct(changes: Sequence[Mapping[str, str]]) -> list[Mapping[str, str]]:
    return [change for place, change in enumerate(changes) if change not in changes[:place]]


def _layouts(tokens: Sequence[str], glues: Sequence[Glue]) -> Iterator[str]:
    """The tokens on one line without a blank, as JavaScript, Go, PHP and Ruby write them, then in each layout."""
    yield "".join(tokens)
    for glue in glues:
        laid = "".join(chain.from_iterable(zip(tokens, glue, strict=True)))
        yield from (laid.replace(DEPTH, indent) for indent in INDENTS) if DEPTH in laid else (laid,)


def _spaced(tokens: Sequence[str]) -> Glue:
    """A space behind each separator: Python."""
    return [" " if token in {",", ":"} else "" for token in tokens]


def _indented(tokens: Sequence[str]) -> Glue:
    """A line for each member, each step of depth as one sign; what is empty stays on its line."""
    found: list[str] = []
    depth = 0
    for piece, following in zip(tokens, chain(tokens[1:], ("",)), strict=True):
        opens, closes = piece in {"{", "["}, following in {"}", "]"}
        depth += opens - closes
        breaks = piece == "," or opens != closes
        found.append(f"\n{DEPTH * depth}" if breaks else " " if piece == ":" else "")
    return found


def _airy(tokens: Sequence[str]) -> Glue:
    """The same with a space on either side of each colon: Jackson."""
    following = chain(tokens[1:], ("",))
    return [" " if after == ":" else glue for glue, after in zip(_indented(tokens), following, strict=True)]
