"""A request as a curl command for a POSIX shell that sends the same bytes; itself printable ASCII alone."""

from __future__ import annotations

import shlex
from binascii import b2a_base64
from collections.abc import Iterator

from whcli.http import Request, pieces, split_url

# -q comes first: a ~/.curlrc could add anything. The others keep curl from reading meaning into the URL.
COMMAND = "curl -q --http1.1 --globoff --path-as-is"

OWN = (b"User-Agent", b"Accept")
"""Headers that curl adds unless they are named."""
OWN_WITH_BODY = (b"Content-Type", b"Expect")
"""The same, for a request with a body."""

_INLINE = 1 << 16
"""Bytes of a body that may stand in the command: an argument ends at 128 KiB on Linux."""
_LINE = 100
"""Characters that stand on one line."""
_PRINTABLE = bytes(range(0x20, 0x7F))
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/?&=+,:;@%")
"""What no version of curl changes in a path or query."""
_FORMAT = _PRINTABLE.translate(None, b"%'\\")
"""What stands for itself in a quoted format of `printf`."""


def curl(request: Request) -> str:
    """The command; `Host`, `Content-Length` and what belongs to one connection are left to curl.

    A body that is not printable text is piped in from base64, which leaves every byte as it was.
    """
    has_body = len(request.body) > 0 or request.headers.first(b"content-length") is not None
    words = [" ".join([COMMAND, *_start(request, has_body=has_body)]), *_headers(request, has_body=has_body)]
    pipe = ""
    if has_body:
        data = b"".join(pieces(request.body))
        if len(data) <= _INLINE and not data.translate(None, _PRINTABLE):
            words.append(f"--data-raw {_quoted(data)}")  # unlike --data-binary it reads no file for an @
        else:
            words.append("--data-binary @-")
            pipe = f"printf %s '{b2a_base64(data, newline=False).decode('ascii')}' | base64 -d | "
    together = " ".join(words)
    return pipe + (together if len(together) <= _LINE else " \\\n  ".join(words))


def _start(request: Request, *, has_body: bool) -> Iterator[str]:
    """Method and address. `--request-target` carries the spellings that curl would change."""
    origin, rest = split_url(request.url)
    if request.method == "HEAD" and not has_body:
        yield "--head"
    else:
        yield f"-X {_quoted(request.method.encode())}"
    if request.method == "OPTIONS" and not rest:
        yield "--request-target '*'"  # RFC 9112, 3.2.4
    elif not _PLAIN.issuperset(rest) or rest.endswith("?"):
        yield f"--request-target {_quoted((rest if rest.startswith('/') else '/' + rest).encode())}"
        rest = "/"
    yield _quoted(f"{origin}{rest}".encode())


def _headers(request: Request, *, has_body: bool) -> Iterator[str]:
    """The headers in order, and those of curl's own that are not among them switched off."""
    named = request.headers.end_to_end().without([b"content-length"])
    authority = split_url(request.url)[0].partition("://")[2].encode()
    if named.all(b"host") == [authority]:
        named = named.without([b"host"])
    for name, value in named:
        stripped = value.strip(b" \t")
        yield f"-H {_quoted(name + b': ' + stripped if stripped else name + b';')}"
    for name in OWN + OWN_WITH_BODY * has_body:
        if named.first(name) is None:
            yield f"-H '{name.decode('ascii')}:'"


def _quoted(data: bytes) -> str:
    """One word of the shell; where it is not printable ASCII, made by `printf` as the command runs."""
    if not data.translate(None, _PRINTABLE):
        return shlex.quote(data.decode("ascii"))
    escaped = "".join(chr(byte) if byte in _FORMAT else f"\\{byte:03o}" for byte in data)
    if escaped.startswith("-"):
        escaped = f"\\{data[0]:03o}{escaped[1:]}"  # else an option of printf
    return f"\"$(printf '{escaped}')\""
