"""How bodies are shown: one kind, one file, one function.

A kind looks at bytes and gives lines of safe spans, or raises ValueError with the reason why it cannot; it has
looked at everything before its first line is out. Nothing here recurses with the depth of what was sent.
"""

import re
from codecs import getincrementaldecoder
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from whcli.view.theme import Span

Lines = Iterable[list[Span]]

CHARSETS = re.compile(
    r"utf-?(8|16|32)([-_]?[bl]e)?|(us-?)?ascii|iso-?8859-?\d{1,2}|latin-?1|(windows-|cp)125[0-8]|koi8-[ru]"
    r"|shift[-_]jis|euc-(jp|kr)|iso-2022-jp|gb2312|gbk|gb18030|big5"
)
"""Charsets that we follow. Python knows more "charsets" than may be let near foreign bytes: some are quadratic."""

_PARAMETER = re.compile(rb""";[ \t]*+([^=;\s]++)[ \t]*+=[ \t]*+(?:"((?:[^"\\]|\\.)*+)"|([^;]*+))""", re.DOTALL)


class Content(NamedTuple):
    """What the headers claim of a body."""

    type: str = ""
    """Media type in lower case; empty if none was named."""
    params: dict[str, bytes] = {}  # noqa: RUF012 - never written to
    depth: int = 0
    """How many multiparts this is inside of."""
    cut: bool = False
    """Whether the body is only the beginning of what came."""


class Kind(Protocol):
    """Shows one kind of body."""

    def __call__(self, body: bytes, content: Content, /) -> Lines:
        """The body's lines. Raises ValueError, with the reason, for what is not of this kind."""
        ...


def parameters(value: bytes) -> dict[str, bytes]:
    """The parameters of a header value (RFC 9110, 5.6.6), names in lower case; of equal names the first."""
    found: dict[str, bytes] = {}
    for name, quoted, bare in _PARAMETER.findall(value):
        found.setdefault(name.decode("latin-1").lower(), re.sub(rb"\\(.)", rb"\1", quoted) or bare.strip())
    return found


def content(value: bytes | None, depth: int = 0) -> Content:
    """What a Content-Type header claims."""
    media, _, _ = (value or b"").partition(b";")
    return Content(media.strip().decode("latin-1").lower(), parameters(value or b""), depth)


def decode(body: bytes, claimed: Content) -> str:
    """The body in the charset it claims, or UTF-8. Raises ValueError if it is not in that, but for a cut end."""
    charset = claimed.params.get("charset", b"utf-8").decode("latin-1").lower()
    if not CHARSETS.fullmatch(charset):
        charset = "utf-8"
    try:
        decoder = getincrementaldecoder(charset)()
    except LookupError:
        decoder = getincrementaldecoder("utf-8")()
    return decoder.decode(body, final=not claimed.cut)


def indented(lines: Lines, by: int) -> Iterator[list[Span]]:
    """Lines further in."""
    return ([Span(" " * by), *line] for line in lines)
