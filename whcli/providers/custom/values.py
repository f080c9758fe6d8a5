"""The keys of a record in whcli.toml, and what each may hold. A reader raises Mistake for anything else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from whcli.errors import UsageError
from whcli.filters import parse_span
from whcli.outgoing import TOKEN
from whcli.providers.custom.mistake import Mistake, near
from whcli.signing import content
from whcli.signing.age import FORMS as TIMES
from whcli.signing.credential import FORMS
from whcli.signing.encoding import KEYS, SPELLINGS
from whcli.signing.mac import MACS
from whcli.signing.params import Param
from whcli.signing.slot import PARAM
from whcli.signing.slots import KINDS, Slot, slot

KEY_PAIRS = ("ed25519", "ecdsa-p256-sha256", "rsa-sha256", "rsa-sha1")
"""Of keypair.py, named here so that a record with a shared secret does not load it."""
ANY_AGE = "any age"
IN_HEADERS = ("header", "pair", "listed", "items")
"""Kinds of slots whose text begins with a header's name."""
EXAMPLE = 'signature = "header:X-Acme-Signature"'
PARAMS = 'for example: params = { account = "The account, as its settings show it" }'

Reader = Callable[[Any, str], Any]
"""Of a value and its key."""


def text(value: Any, key: str) -> str:
    """A text in one line that is not blank."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise Mistake((key,), f"{key} is something else: it takes a text", hint="one line within quotes")
    return value


def _ascii(value: Any, key: str) -> str:
    if not (found := text(value, key)).isascii():
        raise Mistake((key,), f"{key} stands before the signature: it takes ASCII", hint=f'{key} = "sha256="')
    return found


def _one_of(known: Iterable[str]) -> Reader:
    def read(value: Any, key: str) -> str:
        if (found := text(value, key)) not in known:
            raise Mistake((key,), f"there is no {key} {found[:100]!r}", hint=near(found, known))
        return found

    return read


def _slot(value: Any, key: str) -> Slot:
    spelled = text(value, key)
    kind, colon, rest = spelled.partition(":")
    header = PARAM.sub("", rest).partition(":")[0] if kind in IN_HEADERS else ""
    if header.encode("utf-8").translate(None, TOKEN):
        raise Mistake((key,), f"{key}: {header!r} cannot be a header's name", hint=f'{key} = "{kind}:X-Acme"')
    try:
        return slot(spelled)
    except ValueError as error:
        hint = near(kind, KINDS) if colon else f"did you mean header:{spelled}, or json:{spelled}?"
        raise Mistake((key,), f"{key}: {error}", hint=hint) from error


def _several(read: Reader) -> Reader:
    def several(value: Any, key: str) -> tuple[Any, ...]:
        return tuple(read(each, key) for each in (value if isinstance(value, list) else [value]))

    return several


def _header(value: Any, key: str) -> str:
    return _slot(f"header:{text(value, key)}", key).name


def _template(value: Any, key: str) -> str:
    if not isinstance(value, str):
        return text(value, key)
    try:
        parts = content.parts(value)
    except ValueError as error:
        unknown = str(error).rpartition(": ")[2]
        hint = near(unknown, sorted({*content.SPECIAL, *content.FIELDS}))
        raise Mistake((key,), f"{key}: {error}", hint=hint) from error
    if all(isinstance(part, bytes) for part in parts):
        raise Mistake((key,), f"{key} names nothing of a request", hint=f'{key} = "{{timestamp}}.{{body}}"')
    return value


def _tolerance(value: Any, key: str) -> timedelta | None:
    found = text(value, key)
    try:
        return None if found == ANY_AGE else parse_span(found)
    except UsageError as error:
        raise Mistake((key,), f"{key}: {error.message}", hint=f"5m, 1h, or {ANY_AGE!r}") from error


def _params(value: Any, key: str) -> tuple[Param, ...]:
    if not isinstance(value, dict):
        raise Mistake((key,), f"{key} is something else: it takes a table", hint=PARAMS)
    return tuple(_param(name, told, key) for name, told in value.items())


def _param(name: str, value: Any, key: str) -> Param:
    if not re.fullmatch(r"[\w-]+", name, re.ASCII):
        raise Mistake((key, name), f"{name!r} cannot be a param's name", hint=PARAMS)
    table = value if isinstance(value, dict) else {"told": value}
    for each in table:
        if each not in ("told", "default"):
            raise Mistake((key, name, each), f"a param has no {each}", hint=near(each, ("told", "default")))
    default = text(table["default"], "default") if "default" in table else None
    return Param(name, text(table.get("told", name), "told"), default)


SIGNED: Mapping[str, Reader] = {
    "signature": _slot,
    "signed": _template,
    "algorithm": _one_of((*MACS, *KEY_PAIRS)),
    "encoding": _one_of(SPELLINGS),
    "prefix": _ascii,
    "key": _one_of(KEYS),
    "timestamp": _slot,
    "time": _one_of(TIMES),
    "tolerance": _tolerance,
    "id": _slot,
    "note": text,
    "params": _params,
}
"""A signature over content: the fields of signing/claim.py, Layout, of which most have a default."""
SENT: Mapping[str, Reader] = {"credential": _one_of(FORMS), "signature": _slot, "note": text, "params": _params}
"""A secret that is sent along: `credential` is the form that it has there, `signature` the place."""
TOLD: Mapping[str, Reader] = {
    "title": text,
    "docs": text,
    "event_type": _several(_slot),
    "event_id": _several(_slot),
    "marks": _several(_header),
    "secret_hint": text,
    "secret_env": text,
    "events": _several(text),
}
"""Beside either: the fields of base.py, Provider."""
KNOWN: Mapping[str, Reader] = {"like": text, **SIGNED, **SENT, **TOLD}
CALLED = {
    "header": "signature", "template": "signed", "content": "signed", "payload": "signed", "hash": "algorithm",
    "digest": "algorithm", "secret_form": "key", "secret": "key, for its form, or secret in [endpoints.NAME]",
    "unit": "time", "max_age": "tolerance",
    "event": "event_type", "type": "event_type", "token": "credential", "name": "title", "url": "docs",
    "scheme": "like", "extends": "like",
}  # fmt: skip
"""What others call these."""


def read(table: Mapping[str, Any]) -> dict[str, Any]:
    """Each key of a table with what it says. Raises Mistake."""
    for key in table:
        if key not in KNOWN:
            raise Mistake((key,), f"a provider has no {key}", hint=near(key, KNOWN, called=CALLED))
    return {key: KNOWN[key](value, key) for key, value in table.items()}
