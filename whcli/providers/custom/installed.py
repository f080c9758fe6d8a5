"""Providers that other packages bring, by the entry point `whcli.providers`: `acme = "acme_whcli:PROVIDER"`.

Asked for only where a name is not among ours, and for lists and detection: to look for them takes longer than a
signature. What is installed decides, as with the modules of our own; nothing of a request does.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING

from whcli.errors import UsageError
from whcli.providers.base import Provider

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "whcli.providers"


@lru_cache(maxsize=1)
def points() -> Mapping[str, EntryPoint]:
    """What is installed, by name, not loaded yet."""
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=GROUP)}


@lru_cache(maxsize=256)
def get(name: str) -> Provider | None:
    """The provider of a name, or None. Raises UsageError where its package cannot give it."""
    point = points().get(name)
    if point is None:
        return None
    try:
        provider = point.load()
    except Exception as error:  # somebody else's code
        raise UsageError(f"the provider {name} cannot be loaded: {_told(error)}", hint=_mend(point)) from error
    if not isinstance(provider, Provider) or provider.name != name:
        raise UsageError(f"the entry point {name} is no Provider named {name}", hint=_mend(point))
    return provider


@lru_cache(maxsize=1)
def working() -> tuple[Provider, ...]:
    """Those that load; one that does not keeps none of the others from being found."""
    found = []
    for name in points():
        with suppress(UsageError):
            found.append(get(name))
    return tuple(filter(None, found))


def _told(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:200]


def _mend(point: EntryPoint) -> str:
    package = point.dist.name if point.dist is not None else point.value
    return f"mend or remove the package {package}"
