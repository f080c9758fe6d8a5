"""What is signed: a template such as `{id}.{timestamp}.{body}`, cut into its parts once.

Fields: `{body}` the bytes that came, `{timestamp}` and `{id}` their text as sent, `{method}`, `{url}` the URL as
the sender called it, `{url_other_port}` the same with its port dropped or the usual one added, `{params}` the
fields of a form, sorted and joined. Whatever stands outside braces is literal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from whcli.http import Request, pieces, split_url
from whcli.signing.slots import is_form, parse_form

USUAL_PORTS = {"http": "80", "https": "443"}


class Unsignable(ValueError):
    """The request has no content that this template could speak of."""


def with_other_port(url: str) -> str:
    """The URL without its port, or with the usual one of its scheme where it has none."""
    origin, rest = split_url(url)
    scheme, _, host = origin.partition("://")
    bare, colon, port = host.rpartition(":")
    if colon and port.isdecimal():
        return f"{scheme}://{bare}{rest}"
    return f"{scheme}://{host}:{USUAL_PORTS.get(scheme.lower(), '80')}{rest}"


def sorted_params(request: Request) -> bytes:
    """Each form field's key and value, sorted by key, then value, each pair once (Twilio).

    Blank values count, so that no byte of a body goes unsigned. A body that is no form has no params.
    Raises Unsignable for a form too long to hold, or with more than 10,000 fields.
    """
    if not is_form(request):
        return b""
    fields = parse_form(request.body) if isinstance(request.body, bytes) else None
    if fields is None:
        raise Unsignable("The form has too many fields to be checked.")
    return b"".join(key + value for key, value in sorted(set(fields)))


def _ascii(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


FIELDS: Mapping[str, Callable[[Request], bytes]] = {
    "method": lambda request: _ascii(request.method),
    "url": lambda request: _ascii(request.url),
    "url_other_port": lambda request: _ascii(with_other_port(request.url)),
    "params": sorted_params,
}
"""Fields that a request alone answers; `body`, `timestamp` and `id` are the others."""


@lru_cache(maxsize=256)
def parts(template: str) -> tuple[bytes | str, ...]:
    """The template as literals (bytes) and the names of its fields (str). Raises ValueError for an unknown field."""
    found: list[bytes | str] = []
    for literal, field in re.findall(r"([^{}]+)|\{(\w+)\}", template):
        if field and field not in FIELDS and field not in {"body", "timestamp", "id"}:
            raise ValueError(f"{template!r} has an unknown field: {field}")
        found.append(field or literal.encode("utf-8"))
    return tuple(found)


def signs_url(template: str) -> bool:
    """Whether the URL is part of what is signed, so that the public one has to be known."""
    return any(isinstance(part, str) and part.startswith("url") for part in parts(template))


def content(template: str, request: Request, *, timestamp: bytes, id: bytes) -> Iterator[bytes]:
    """The bytes that are signed, in pieces; a long body is never held. Raises Unsignable."""
    for part in parts(template):
        if isinstance(part, bytes):
            yield part
        elif part == "body":
            yield from pieces(request.body)
        elif part == "timestamp":
            yield timestamp
        elif part == "id":
            yield id
        else:
            yield FIELDS[part](request)
