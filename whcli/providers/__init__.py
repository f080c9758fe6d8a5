"""The providers: each a module beside this one that holds a record named PROVIDER.

Adding a file adds a provider to every list, to detection and to the tests. Nothing is imported before it is asked
for, and a name from outside is looked up among the files before it comes near an import.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import import_module

from whcli import signing
from whcli.errors import NotFound
from whcli.http import Headers, Request
from whcli.model import Secret, Verdict
from whcli.providers.base import Provider
from whcli.signing.slots import Slot

__all__ = ["Provider", "all", "bind", "describe", "detect", "get", "names", "verify"]

NO_PROVIDERS = frozenset({"__init__.py", "base.py", "handshakes.py"})
"""The files here that are no provider's."""


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """The names of all providers, sorted; none of them is imported for it."""
    files = (entry for folder in __path__ for entry in os.listdir(folder) if entry.endswith(".py"))
    return tuple(sorted(file[:-3].replace("_", "-") for file in files if file not in NO_PROVIDERS))


@lru_cache(maxsize=256)
def get(name: str) -> Provider:
    """The provider of a name, as listed by `names`. Raises NotFound with the nearest names."""
    if name not in names():
        from difflib import get_close_matches

        near = get_close_matches(name.lower().replace("_", "-"), names(), n=3)
        hint = f"Did you mean {' or '.join(near)}? `whcli providers` lists all." if near else "whcli providers"
        raise NotFound(f"There is no provider named {name[:100]}.", hint=hint)
    provider: Provider = import_module(f"{__name__}.{name.replace('-', '_')}").PROVIDER
    return provider


def all() -> tuple[Provider, ...]:  # noqa: A001 - read as providers.all()
    """Every provider, by name."""
    return tuple(get(name) for name in names())


def detect(headers: Headers) -> Provider | None:
    """The provider whose marks are all among the headers; of several, the one with most marks."""
    index = _marks()
    found = {name.lower() for name, _ in headers}
    best: tuple[frozenset[bytes], Provider] | None = None
    for mark in found & index.keys():
        for marks, provider in index[mark]:
            if marks <= found and (best is None or len(marks) > len(best[0])):
                best = marks, provider
    return best[1] if best else None


@lru_cache(maxsize=1)
def _marks() -> Mapping[bytes, Sequence[tuple[frozenset[bytes], Provider]]]:
    """Sets of marks under one of their headers each, so that a request meets few of them."""
    index: dict[bytes, list[tuple[frozenset[bytes], Provider]]] = {}
    for provider in all():
        for marks in filter(None, (provider.marks, *provider.other_marks)):
            lowered = [mark.lower().encode("ascii") for mark in marks]
            index.setdefault(lowered[0], []).append((frozenset(lowered), provider))
    return index


def bind(provider: Provider, params: Mapping[str, str]) -> Provider:
    """The provider with what its scheme needs known. Raises UsageError for a name unknown or missing.

    Names that only its handshakes know are let pass: they are asked for where one is answered.
    """
    scheme = {param.name for param in provider.scheme.params}
    asked = {param.name for handshake in provider.handshakes for param in handshake.params}
    own = {name: value for name, value in params.items() if name in scheme or name not in asked}
    return provider._replace(scheme=provider.scheme.bind(own))


def describe(request: Request, provider: Provider | None) -> tuple[str | None, str | None]:
    """The event type and id of a request, as far as it tells them."""
    if provider is None:
        return None, None
    return _first(provider.event_type, request), _first(provider.event_id, request)


def _first(slots: Sequence[Slot], request: Request) -> str | None:
    for slot in slots:
        if text := slot.read(request):
            return text
    return None


def verify(  # noqa: PLR0913 - the arguments of signing.verify
    provider: Provider | None,
    request: Request,
    *,
    secrets: Sequence[Secret],
    now: datetime,
    tolerance: timedelta | None = None,
    others: Sequence[Secret] = (),
    look: bool = True,
) -> Verdict:
    """The verdict on a request said to be of a provider; never raises.

    With `look`, the cause of a mismatch is looked for, which costs milliseconds: see signing.verify.
    `unchecked` without a secret, `missing` where one is known but no header tells whose signature to look for;
    where another provider's headers are there instead, it is named.
    """
    if provider is None:
        return signing.UNSIGNED if secrets else signing.unchecked(None)
    if not secrets and provider.scheme.needs_secret:
        return signing.unchecked(provider.name)
    if look:
        verdict = signing.verify(provider.scheme, request, secrets=secrets, now=now, tolerance=tolerance, others=others)
    else:
        verdict = provider.scheme.verify(request, secrets=secrets, now=now, tolerance=tolerance)
    actual = detect(request.headers) if verdict.outcome == "missing" else None
    if actual is None or actual.name == provider.name:
        return verdict
    reason = f"The headers are those of {actual.title}, not of {provider.title}."
    return verdict._replace(reason=reason, cause="another-provider", fix=f"Use --provider {actual.name}.")
