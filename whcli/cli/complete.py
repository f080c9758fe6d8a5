"""What the shell offers for a word that is begun. Nothing here may fail or write: the prompt waits for it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any


def provider(incomplete: str) -> list[str]:
    """Names of providers, those of the settings and of other packages among them."""
    from whcli import config, own, providers
    from whcli.errors import WhcliError

    try:
        found = config.load(db=None, path=None, folder=Path.cwd(), environment=os.environ)
        own.use(lambda: found.providers)
        names = providers.every_name()
    except (WhcliError, OSError):
        names = providers.ours()
    return [name for name in names if name.startswith(incomplete)]


def tunnel(incomplete: str) -> list[str]:
    """Names of tunnels."""
    from whcli.tunnels import TUNNELS

    return [name for name in TUNNELS if name.startswith(incomplete)]


def outcome(incomplete: str) -> list[str]:
    """The outcomes of a verdict."""
    from whcli.filters import OUTCOMES

    return [name for name in OUTCOMES if name.startswith(incomplete)]


def event(ctx: Any, incomplete: str) -> list[str]:
    """Event types that can be sent, of the provider that the line names."""
    from whcli import events
    from whcli.errors import WhcliError

    try:
        types = events.types(ctx.params.get("provider") or "generic")
    except WhcliError:
        return []
    return [name for name in types if name.startswith(incomplete)]


def delivery(incomplete: str) -> list[tuple[str, str]]:
    """The newest deliveries, with what they are."""
    from whcli import config
    from whcli.errors import WhcliError
    from whcli.store import Store
    from whcli.view.text import safe

    named = os.environ.get("WHCLI_DB")
    try:
        found = config.load(db=Path(named) if named else None, path=None, folder=Path.cwd(), environment=os.environ)
        with Store.to_read(found.db) as store:
            records = list(store.records(limit=20))
    except (WhcliError, OSError):
        return []
    offered = [("last", "the newest")]
    offered += [(str(each.delivery.id), safe(each.delivery.event_type or each.delivery.endpoint)) for each in records]
    return [(name, about) for name, about in offered if name.startswith(incomplete)]
