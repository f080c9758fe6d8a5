"""The providers: each a module beside this one that holds a record named PROVIDER.

Adding a file adds a provider to every list, to detection and to the tests. Nothing is imported before it is asked
for, and a name from outside is looked up among the files before it comes near an import. Beside these there are the
user's own, of whcli.toml, and those of other packages: see custom/.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from importlib import import_module
from itertools import chain
from typing import TYPE_CHECKING

from whcli import own, signing
from whcli.errors import NotFound, UsageError
from whcli.http import Headers, Request
from whcli.model import Secret, Verdict
from whcli.providers.base import Provider
from whcli.signing.slots import Header, Slot

if TYPE_CHECKING:
    from whcli.signing.diagnosis import Rival

__all__ = [
    "Provider",
    "all",
    "bind",
    "built_in",
    "describe",
    "detect",
    "every_name",
    "get",
    "has",
    "names",
    "ours",
    "tell",
    "verify",
]

NO_PROVIDERS = frozenset({"__init__.py", "base.py", "handshakes.py"})
"""The files here that are no provider's."""


@lru_cache(maxsize=1)
def ours() -> tuple[str, ...]:
    """The names of the providers beside this module, sorted; none of them is imported for it."""
    files = (entry for folder in __path__ for entry in os.listdir(folder) if entry.endswith(".py"))
    return tuple(sorted(file[:-3].replace("_", "-") for file in files if file not in NO_PROVIDERS))


def names() -> tuple[str, ...]:
    """The names of our providers and of the user's own, sorted."""
    return tuple(sorted({*ours(), *own.found()}))


@lru_cache(maxsize=1)
def _ours() -> frozenset[str]:
    return frozenset(ours())


def every_name() -> tuple[str, ...]:
    """The same with those of other packages, for which it looks at all that is installed."""
    from whcli.providers.custom import installed

    return tuple(sorted({*names(), *installed.points()}))


def has(name: str) -> bool:
    """Whether there is a provider of a name; what is installed is looked at only where none of ours has it."""
    if name in _ours() or name in own.found():
        return True
    from whcli.providers.custom import installed

    return name in installed.points()


@lru_cache(maxsize=256)
def built_in(name: str) -> Provider | None:
    """The provider of a name if it is one of ours."""
    if name not in ours():
        return None
    provider: Provider = import_module(f"{__name__}.{name.replace('-', '_')}").PROVIDER
    return provider


def get(name: str) -> Provider:
    """The provider of a name, ours before others. Raises NotFound with the nearest names."""
    if found := built_in(name) or own.found().get(name):
        return found
    from whcli.providers.custom import installed

    if found := installed.get(name):
        return found
    from difflib import get_close_matches

    near = get_close_matches(name.lower().replace("_", "-"), every_name(), n=3)
    hint = f"did you mean {' or '.join(near)}? `whcli providers` lists all" if near else "whcli providers lists all"
    raise NotFound(f"there is no provider named {name[:100]}", hint=hint)


def all() -> tuple[Provider, ...]:  # noqa: A001 - read as providers.all()
    """Every provider, by name."""
    return tuple(sorted((*_built_in(), *_others()), key=lambda provider: provider.name))


def _built_in() -> Iterator[Provider]:
    for name in ours():
        if provider := built_in(name):
            yield provider


def _others() -> Iterator[Provider]:
    """The user's own, and those of other packages whose names are free."""
    from whcli.providers.custom import installed

    yield from own.found().values()
    yield from (each for each in installed.working() if each.name not in own.found() and each.name not in ours())


def detect(headers: Headers) -> Provider | None:
    """The provider whose marks are all among the headers; of several, the one with most marks.

    Of as many, the user's own comes first, which was written to be found.
    """
    index = _marks()
    found = {name.lower() for name, _ in headers}
    best: tuple[frozenset[bytes], Provider] | None = None
    others = ((marks, provider) for provider in _others() for marks in _sets(provider))
    for marks, provider in chain(others, *(index[mark] for mark in found & index.keys())):
        if marks <= found and (best is None or len(marks) > len(best[0])):
            best = marks, provider
    return best[1] if best else None


def _sets(provider: Provider) -> Iterator[frozenset[bytes]]:
    for marks in filter(None, (provider.marks, *provider.other_marks)):
        yield frozenset(mark.lower().encode("ascii") for mark in marks)


@lru_cache(maxsize=1)
def _marks() -> Mapping[bytes, Sequence[tuple[frozenset[bytes], Provider]]]:
    """Sets of our marks under one of their headers each, so that a request meets few of them."""
    index: dict[bytes, list[tuple[frozenset[bytes], Provider]]] = {}
    for provider in _built_in():
        for marks in _sets(provider):
            index.setdefault(min(marks), []).append((marks, provider))
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


def tell(provider: Provider, request: Request, event_type: str) -> Request:
    """The request with its event type in the header that the provider has for it, where it tells none.

    Raises UsageError for a type that no header can hold.
    """
    header = next((slot for slot in provider.event_type if isinstance(slot, Header)), None)
    if header is None or _first(provider.event_type, request) is not None:
        return request
    if not event_type.isascii() or not event_type.isprintable():
        raise UsageError(f"the event {event_type!r} cannot stand in {header.where}", hint="write it in ASCII")
    return header.put(request, event_type.encode())


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

    With `look`, the cause is looked for where the signature does not hold, or is not there, which costs milliseconds:
    see signing/diagnosis.
    `unchecked` without a secret, `missing` where one is known but no header tells whose signature to look for;
    where another provider's headers are there instead, it is named.
    """
    if provider is None:
        return signing.UNSIGNED if secrets else signing.unchecked(None)
    if not secrets and provider.scheme.needs_secret:
        return signing.unchecked(provider.name)
    verdict = provider.scheme.verify(request, secrets=secrets, now=now, tolerance=tolerance)
    if look and verdict.outcome in {"mismatch", "malformed", "missing"}:
        from whcli.signing.diagnosis import explain

        rivals = partial(_rivals, provider, request)
        verdict = explain(provider.scheme, request, verdict, secrets=secrets, now=now, others=others, rivals=rivals)
    proved = verdict.secret_label is not None
    actual = detect(request.headers) if verdict.outcome == "missing" and not proved else None
    if actual is None or actual.name == provider.name:
        return verdict
    reason = f"The headers are those of {actual.title}, not of {provider.title}."
    return verdict._replace(reason=reason, cause="another-provider", fix=f"Use --provider {actual.name}.")


def _rivals(provider: Provider, request: Request) -> Iterator[Rival]:
    """The other providers, the one that the headers tell of first."""
    from whcli.signing.diagnosis import Rival

    first = detect(request.headers)
    for name in dict.fromkeys((*((first.name,) if first else ()), *names())):
        if name != provider.name:
            other = get(name)
            yield Rival(other.name, other.title, other.scheme)
