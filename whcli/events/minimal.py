"""The least that an event can be, of a provider without samples: its type and id, where its record reads them.

The slots that are read of what comes are those that are written here, so that each is told as it would be received.
What else a provider would say is not made up: `--set` adds it, or `--data` brings a body.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from whcli.errors import NotFound, UsageError
from whcli.http import Headers, Request
from whcli.signing.joined import Joined
from whcli.signing.slots import Form, Json, Multipart, Slot

if TYPE_CHECKING:
    from whcli.providers.base import Provider

BOUNDARY = "whcli-7MA4YWxkTrZu0gW"
FORM = b"application/x-www-form-urlencoded"
DATA = "give the body: --data @FILE, --data JSON, or --data - for stdin"


def check(provider: Provider, type: str) -> None:
    """Raises NotFound, with near ones, for an event that the provider's record does not name."""
    if type in provider.events or not provider.events:
        return
    from difflib import get_close_matches

    near = get_close_matches(type, provider.events, n=3) or provider.events[:3]
    hint = f"did you mean {' or '.join(near)}? For another, {DATA}"
    raise NotFound(f"no event {type[:100]!r} of {provider.name} is known here", hint=hint)


def request(provider: Provider, type: str, *, id: str, url: str) -> Request:
    """An event, unsigned. Raises UsageError where the record only reads what tells the type."""
    made = _empty([*provider.event_type, *provider.event_id], url)
    told = _told(provider.event_type, made, type)
    if told is None and provider.event_type:
        raise UsageError(f"what tells an event of {provider.name} is not to be made up", hint=DATA)
    made = told or made
    named = _told(provider.event_id, made, id)
    kept = named is not None and (told is None or _read(provider.event_type, named) == type)
    return named if named is not None and kept else made


def _told(slots: Sequence[Slot], request: Request, value: str) -> Request | None:
    """The request with a value in the first of the slots that takes it, and gives it back."""
    for slot in slots:
        try:
            written = slot.put(request, value.encode())
        except (TypeError, UsageError):
            continue
        if slot.read(written) == value:
            return written
    return None


def _read(slots: Sequence[Slot], request: Request) -> str | None:
    return next((text for slot in slots if (text := slot.read(request))), None)


def _empty(slots: Sequence[Slot], url: str) -> Request:
    """A request with a body of the kind that the slots read, in which they have a place."""
    each = list(_flat(slots))
    inner = [slot for slot in each if isinstance(slot, Json)]
    document = json.dumps(_places([slot.path for slot in inner]), separators=(",", ":")).encode()
    carriers = {slot.inside for slot in inner if slot.inside is not None}
    fields = {slot.name: b"" for slot in (*each, *carriers) if isinstance(slot, (Form, Multipart))}
    fields |= {slot.name: document for slot in carriers}
    if any(isinstance(slot, Multipart) for slot in (*each, *carriers)):
        kind = f"multipart/form-data; boundary={BOUNDARY}".encode()
        return Request("POST", url, Headers([(b"Content-Type", kind)]), _multipart(fields))
    if fields:
        made = Request("POST", url, Headers([(b"Content-Type", FORM)]))
        for name, value in fields.items():
            made = Form(name).put(made, value) if value else made
        return made
    return Request("POST", url, Headers([(b"Content-Type", b"application/json")]), document)


def _flat(slots: Sequence[Slot]) -> Iterator[Slot]:
    for slot in slots:
        yield from _flat(slot.slots) if isinstance(slot, Joined) else (slot,)


def _places(paths: Sequence[Sequence[str]]) -> Any:
    """Objects and lists, empty but for what a list has to hold so that a path leads on."""
    if any(path and path[0].isdecimal() for path in paths):
        return [_places([path[1:] for path in paths if path and path[0].isdecimal()])]
    further = [path for path in paths if any(step.isdecimal() for step in path)]
    return {
        step: _places([path[1:] for path in further if path[0] == step]) for step in {path[0]: 0 for path in further}
    }


def _multipart(fields: dict[str, bytes]) -> bytes:
    """A multipart form (RFC 7578)."""
    parts = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value + b"\r\n"
        for name, value in fields.items()
    )
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()
