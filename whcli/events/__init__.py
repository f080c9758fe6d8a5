"""Sample events: `PROVIDER/TYPE.json`, made into requests as the provider would send them, but for the signature.

A template is data; add a file and gain an event. A type with a slash lies in a folder (`shopify/orders/create.json`).

    source    the page of the provider that shows this payload       version   of their API, with its date
    about     one line for the list of events                        headers   beside or in place of the provider's
    body      how it is spelled, where not as the provider's others  vars      drawn once, see drawing.py
    payload   with placeholders; without it, the provider's own

`PROVIDER/provider.json` has what its templates share: `headers` in the order and case that the provider sends
them, `body`, and an envelope: `vars` and `payload`. The placeholder `{type}` is the event's type. Headers are
drawn after the payload was changed and may quote it: `{payload.id}`; one that quotes what is gone is left out.
Signatures, timestamps and ids of deliveries that signing adds are not written here.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from whcli import jsontext, paths
from whcli.errors import NotFound, UsageError
from whcli.events.drawing import Drawing
from whcli.http import Headers, Request
from whcli.model import Event

if TYPE_CHECKING:
    from random import Random

_FOLDER = os.path.dirname(__file__)
_SHARED = "provider.json"


class Template(NamedTuple):
    """An event type of a provider, not yet drawn."""

    provider: str
    type: str
    source: str
    version: str
    about: str
    headers: dict[str, str]
    body: str
    """How the payload is spelled: a key of `SPELLINGS`."""
    vars: dict[str, Any]
    payload: Any


def providers() -> list[str]:
    """The providers that have sample events, sorted."""
    return sorted(entry.name for entry in os.scandir(_FOLDER) if os.path.exists(os.path.join(entry.path, _SHARED)))


def types(provider: str) -> list[str]:
    """The event types that a provider has templates for, sorted. Raises NotFound for a provider without any."""
    known = providers()
    if provider not in known:
        raise NotFound(f"there are no sample events of {provider!r}", hint=f"there are of {', '.join(known)}")
    root = os.path.join(_FOLDER, provider)
    files = (os.path.relpath(os.path.join(folder, name), root) for folder, _, names in os.walk(root) for name in names)
    return sorted(file.removesuffix(".json").replace(os.sep, "/") for file in files if file != _SHARED)


def load(provider: str, type: str) -> Template:
    """The template of an event type. Raises NotFound with near ones."""
    if type not in types(provider):
        raise _unknown(provider, type)
    own, shared = _read(provider, f"{type}.json"), _read(provider, _SHARED)
    return Template(
        provider=provider,
        type=type,
        source=own["source"],
        version=own["version"],
        about=own["about"],
        headers=shared["headers"] | own.get("headers", {}),
        body=own.get("body", shared["body"]),
        vars=shared.get("vars", {}) | own.get("vars", {}),
        payload=own["payload"] if "payload" in own else shared["payload"],
    )


def blank(provider: str, type: str) -> Template:
    """An event of which nothing is known but its type: for a body that the user gives, JSON unless they say else."""
    headers = {"Content-Type": "application/json"}
    return Template(
        provider, type, source="", version="", about="", headers=headers, body="compact", vars={}, payload={}
    )


def _read(provider: str, file: str) -> dict[str, Any]:
    with open(os.path.join(_FOLDER, provider, file), encoding="utf-8") as opened:
        read: dict[str, Any] = json.load(opened)
    return read


def _unknown(provider: str, type: str) -> NotFound:
    from difflib import get_close_matches

    own = types(provider)
    near = list(dict.fromkeys(get_close_matches(type, own) + [known for known in own if type in known]))[:3]
    others = [name for name in providers() if name != provider and type in types(name)]
    hints = [f"did you mean {' or '.join(near)}?"] if near else []
    hints += [f"It is one of {' and '.join(others)}'s: --provider {others[0]}."] if others else []
    hints += [f"`whcli providers {provider}` lists them."]
    return NotFound(f"{provider} has no sample event {type!r}", hint=" ".join(hints))


def render(
    template: Template,
    *,
    now: datetime,
    random: "Random",
    changes: Sequence[tuple[Sequence[str | int], Any]] = (),
) -> Event:
    """An event drawn from a template, then changed path by path. Raises NotFound for a path that is not there."""
    drawing = Drawing(template.vars, now=now, random=random, known={"type": template.type})
    payload = drawing.fill(template.payload)
    for path, value in changes:
        payload = paths.put(payload, path, value)
    return Event(template.provider, template.type, payload)


def request(  # noqa: PLR0913 - all that a request is made of
    template: Template, event: Event, *, url: str, now: datetime, random: "Random", data: bytes | None = None
) -> Request:
    """An event as its provider sends it, unsigned. `data` stands for the body, as given.

    Raises UsageError where a value that a header quotes cannot stand in a header.
    """
    known = {"type": event.type, "payload": event.payload}
    drawing = Drawing(template.vars, now=now, random=random, known=known)
    body = SPELLINGS[template.body](event.payload) if data is None else data
    return Request("POST", url, Headers(_headers(template, drawing)), body)


def _headers(template: Template, drawing: Drawing) -> Iterator[tuple[bytes, bytes]]:
    for name, spelled in template.headers.items():
        try:
            value = str(drawing.fill(spelled))
        except NotFound:
            continue
        if not value.isprintable():
            raise UsageError(f"the header {name} cannot hold {value!r}", hint="set another value")
        yield name.encode(), value.encode()


def _escaped(payload: Any) -> bytes:
    """Compact JSON in ASCII, slashes escaped: as PHP writes it, and Slack."""
    return json.dumps(payload, separators=(",", ":")).replace("/", "\\/").encode()


def _form(payload: Any) -> bytes:
    """Pairs as application/x-www-form-urlencoded; what is not text, as JSON within."""
    from urllib.parse import urlencode

    pairs = payload.items() if isinstance(payload, dict) else [("payload", payload)]
    texts = [(name, value if isinstance(value, str) else _escaped(value)) for name, value in pairs]
    return urlencode(texts, errors="replace").encode()


SPELLINGS: dict[str, Callable[[Any], bytes]] = {
    "compact": jsontext.encode,
    "pretty": lambda payload: jsontext.encode(payload, indent=2),
    "escaped": _escaped,
    "crlf": lambda payload: jsontext.encode(payload) + b"\r\n",
    "form": _form,
}
"""How the bytes of a body are made from a payload."""
