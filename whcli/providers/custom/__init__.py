"""Providers of the user's own: what `[providers.NAME]` in whcli.toml says, as the record that it stands for.

The keys are the words of the records in the folder above, places are spelled as in signing/slots.py, and whatever
is usual is left out. `like = "NAME"` takes from one of those records what is not said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from whcli.providers.base import Provider
from whcli.providers.custom.mistake import Mistake
from whcli.providers.custom.sound import check_params, checked
from whcli.providers.custom.values import EXAMPLE, SENT, SIGNED, TOLD, read
from whcli.signing import AnyOf, FirstOf, Scheme
from whcli.signing.credential import CredentialScheme
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Items, Listed, Pair

__all__ = ["Mistake", "provider"]

NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
COMMON = frozenset({"authorization", "date", "content-type", "user-agent"})
"""Headers that tell of nobody."""


def provider(name: str, table: Any, *, known: Callable[[str], Provider | None] = lambda _: None) -> Provider:
    """The record of a table; `known` gives the built-in one of a name. Raises Mistake."""
    if not NAME.fullmatch(name):
        raise Mistake((), f"{name!r} cannot be a provider's name", hint="small letters and digits, hyphens between")
    if known(name) is not None:
        hint = f'call it otherwise, say my-{name}, and let its endpoint say provider = "my-{name}"'
        raise Mistake((), f"{name} is a provider that whcli has: none of yours may stand in its place", hint=hint)
    if not isinstance(table, dict):
        raise Mistake((), f"providers.{name} is not a table", hint=f"[providers.{name}], and below it {EXAMPLE}")
    said = read(table)
    base = known(said["like"]) if "like" in said else None
    if "like" in said and base is None:
        hint = "whcli providers lists those that there are"
        raise Mistake(("like",), f"there is no provider {said['like'][:100]!r} to be like", hint=hint)
    scheme = _like(base, said) if base is not None else _scheme(said)
    blank = Provider(name, name, "", scheme, (), (), _marks(scheme), HINT, "")
    record = base._replace(name=name, title=name, scheme=scheme, marks=(), other_marks=()) if base else blank
    variable = f"{name.upper().replace('-', '_')}_WEBHOOK_SECRET"
    return record._replace(**{"secret_env": variable} | {key: said[key] for key in said.keys() & TOLD.keys()})


NEW = {"base64": "{base64}", "whsec": "whsec_{base64}", "whsec or text": "whsec_{base64}", "after colon": "key:{hex}"}
"""How a new secret is written whose text is not the key itself; see Layout.new."""
HINT = "The text that you and the sender agreed on"


def _scheme(said: Mapping[str, Any]) -> Scheme:
    own = {key: value for key, value in said.items() if key not in TOLD}
    if not {"signature", "credential"} & own.keys():
        raise Mistake((), "nothing says where the signature is", hint=EXAMPLE)
    kind, keys = ("credential", SENT) if "credential" in own else ("signature", SIGNED)
    for key in own:
        if key not in keys:
            raise Mistake((key,), f"a {kind} has no {key}", hint=f"it has {', '.join(keys)}")
    if kind == "signature":
        return _signature(SignatureScheme(own["signature"]), own)
    form = own.pop("credential")
    made = CredentialScheme(**{"signature": Header("Authorization"), **own}, form=form)
    if isinstance(made.signature, (Pair, Listed, Items)):
        wrong = "a credential is the whole of its place, not one of several values in it"
        raise Mistake(("signature",), wrong, hint=f'signature = "header:{made.signature.name}"')
    check_params(made)
    return made


def _like(base: Provider, said: Mapping[str, Any]) -> Scheme:
    """The scheme of a built-in record, with what is said otherwise: of several schemes the usual one is meant.

    But for the tolerance, which is that of all of them.
    """
    own = {key: value for key, value in said.items() if key not in TOLD and key != "like"}
    if not own:
        return base.scheme
    if own.keys() == {"tolerance"}:
        return _tolerant(base, base.scheme, own["tolerance"])
    scheme = base.scheme
    while isinstance(scheme, (AnyOf, FirstOf)):
        scheme = scheme.schemes[scheme.usual]
    if not isinstance(scheme, SignatureScheme) or not own.keys() <= SIGNED.keys():
        raise _fixed(base, next((key for key in own if key not in SIGNED), next(iter(own))))
    if scheme.parts and "signature" in own and own["signature"].in_body:  # parts may read the body, too
        raise _fixed(base, "signature")
    return _signature(scheme, own)


def _tolerant(base: Provider, scheme: Scheme, tolerance: timedelta | None) -> Scheme:
    if isinstance(scheme, (AnyOf, FirstOf)):
        return scheme._replace(schemes=tuple(_tolerant(base, each, tolerance) for each in scheme.schemes))
    if not isinstance(scheme, SignatureScheme):
        raise _fixed(base, "tolerance")
    return scheme._replace(tolerance=tolerance)


def _fixed(base: Provider, key: str) -> Mistake:
    hint = "leave like out, and say all of it, or leave this out"
    return Mistake((key,), f"the scheme of {base.name} is not one of which {key} can be changed", hint=hint)


def _signature(scheme: SignatureScheme, own: Mapping[str, Any]) -> SignatureScheme:
    made = scheme._replace(**own)._replace(new=NEW.get(own.get("key", ""), scheme.new))
    for key in ("time", "tolerance"):
        if key in own and made.timestamp is None:
            raise Mistake((key,), f"{key} is about a timestamp, and there is none", hint='timestamp = "header:X-Time"')
    return checked(made)


def _marks(scheme: Scheme) -> tuple[str, ...]:
    """The headers that tell a request of the scheme: those that it reads, unless they are anybody's."""
    slots = [getattr(scheme, name, None) for name in ("signature", "timestamp", "id")]
    carriers = [getattr(slot, "carrier", slot) for slot in slots]
    names = [slot.name for slot in carriers if isinstance(slot, Header) and "{" not in slot.name]
    return tuple(dict.fromkeys(name for name in names if name.lower() not in COMMON))
