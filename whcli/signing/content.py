"""What is signed: a template such as `{id}.{timestamp}.{body}`, cut into its parts once.

Fields: `{body}` the bytes that came, `{timestamp}` and `{id}` their text as sent, `{method}`, `{path}` without its
query, `{url}` the URL as the sender called it, `{url_other_port}` the same with its port dropped or the usual one
added, `{params}` the fields of a form, sorted and joined, `{crc32}` the body's checksum in decimal, `{secret}` for
plain hashes. A slot by its text form is what lies there: `{header:X-Nonce}`, `{json:data.id}`, `{query:x}`.
`{param:NAME}` is a setting of the user's, and a record may name slots and functions of its own. All else is
literal; `{{` and `}}` are braces.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from zlib import crc32

from whcli.http import Body, Request, path_of, pieces, split_url
from whcli.signing.reading import Unsignable, one
from whcli.signing.slots import Slot, is_form, parse_form, slot

USUAL_PORTS = {"http": "80", "https": "443"}

Reader = Callable[[Request], bytes]
"""One part of what is signed, out of the request. May raise Unsignable."""
Part = bytes | str | Reader
"""A literal, one of SPECIAL, or how it is read."""
SPECIAL = frozenset({"body", "timestamp", "id", "secret"})


def with_other_port(url: str) -> str:
    """The URL without its port, or with the usual one of its scheme where it has none."""
    origin, rest = split_url(url)
    scheme, _, host = origin.partition("://")
    bare, colon, port = host.rpartition(":")
    if colon and port.isdecimal():
        return f"{scheme}://{bare}{rest}"
    return f"{scheme}://{host}:{USUAL_PORTS.get(scheme.lower(), '80')}{rest}"


def form_fields(request: Request) -> Sequence[tuple[bytes, bytes]]:
    """The fields of a form in order, decoded; none of a body that is no form.

    Raises Unsignable for a form too long to hold, or with more than 10,000 fields.
    """
    if not is_form(request):
        return ()
    fields = parse_form(request.body) if isinstance(request.body, bytes) else None
    if fields is None:
        raise Unsignable("The form has too many fields to be checked.")
    return fields


def sorted_params(request: Request) -> bytes:
    """Each form field's key and value, sorted by key, then value, each pair once (Twilio).

    Blank values count, so that no byte of a body goes unsigned. A body that is no form has no params.
    """
    return b"".join(key + value for key, value in sorted(set(form_fields(request))))


def checksum(request: Request) -> bytes:
    """The body's CRC-32 in decimal, unsigned (PayPal)."""
    found = 0
    for piece in pieces(request.body):
        found = crc32(piece, found)
    return str(found).encode()


def _ascii(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


FIELDS: Mapping[str, Reader] = {
    "method": lambda request: _ascii(request.method),
    "path": lambda request: _ascii(path_of(request.url)),
    "url": lambda request: _ascii(request.url),
    "url_other_port": lambda request: _ascii(with_other_port(request.url)),
    "params": sorted_params,
    "crc32": checksum,
}
"""Fields that a request alone answers."""


BRACES = {"{{": "{", "}}": "}"}


@lru_cache(maxsize=512)
def _cut(template: str) -> tuple[tuple[str, str], ...]:
    """The template as pairs of a literal and the field behind it, of which one may be empty."""
    found = re.findall(r"([^{}]+|\{\{|\}\})|\{([^{}]+)\}", template)
    if "".join(literal or f"{{{field}}}" for literal, field in found) != template:
        raise ValueError(f"{template!r} has a brace without its other half")
    return tuple((BRACES.get(literal, literal), field) for literal, field in found)


def parts(template: str, own: Mapping[str, Reader | Slot] | None = None) -> tuple[Part, ...]:
    """The template as its parts; `own` are fields of the record's. Raises ValueError for an unknown field."""
    readers = {**FIELDS, **{name: partial(one, it) if isinstance(it, Slot) else it for name, it in (own or {}).items()}}
    found: list[Part] = []
    for literal, field in _cut(template):
        if literal:
            found.append(literal.encode("utf-8"))
        elif field in SPECIAL or field.startswith("param:"):
            found.append(field)
        elif field in readers:
            found.append(readers[field])
        elif ":" in field:
            found.append(partial(one, slot(field)))
        else:
            raise ValueError(f"{template!r} has an unknown field: {field}")
    return tuple(found)


def fields(template: str) -> tuple[str, ...]:
    """The fields that the template names, in order."""
    return tuple(field for _, field in _cut(template) if field)


def slots(template: str) -> tuple[Slot, ...]:
    """The slots that the template names."""
    found = [field for field in fields(template) if ":" in field and not field.startswith("param:")]
    return tuple(slot(field) for field in dict.fromkeys(found))


def signs_url(template: str) -> bool:
    """Whether the URL is part of what is signed, so that the public one has to be known."""
    return any(field.startswith(("url", "path")) for field in fields(template))


class Assembled:
    """What is signed, where a long body is part of it that is never held."""

    def __init__(self, parts: Sequence[bytes | Body]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts)

    def pieces(self) -> Iterator[bytes]:
        """The bytes in order."""
        for part in self._parts:
            yield from pieces(part)


def message(
    parts: Sequence[Part], request: Request, *, timestamp: bytes = b"", id: bytes = b"", secret: bytes = b""
) -> Body:
    """The bytes that are signed; a long body is never held. Raises Unsignable."""
    body = request.body
    if len(parts) == 1 and parts[0] == "body":
        return body
    found: list[Body] = []
    for part in parts:
        if type(part) is bytes:
            found.append(part)
        elif part == "body":
            found.append(body)
        elif part == "timestamp":
            found.append(timestamp)
        elif part == "id":
            found.append(id)
        elif part == "secret":
            found.append(secret)
        elif callable(part):
            found.append(part(request))
    if type(body) is bytes:
        return b"".join(found)  # type: ignore[arg-type]  # of the parts, only the body may be anything but bytes
    return Assembled(found)
