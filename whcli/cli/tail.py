"""`whcli tail`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import typer

from whcli.actions.follow import follow
from whcli.cli import options
from whcli.cli.env import Env
from whcli.filters import Filter
from whcli.formats import plain
from whcli.model import Record
from whcli.store import Store
from whcli.store.watch import Watch
from whcli.view import live

Limit = Annotated[int, typer.Option("-n", "--limit", metavar="N", min=0, help="Begin with so many already stored.")]
Follow = Annotated[bool, typer.Option("--follow/--no-follow", help="Go on with those to come, or end.")]

TARGETS = 16
"""Attempts of a delivery that are looked at for where it went last."""


@options.filtered
def run(
    ctx: typer.Context, wanted: Filter, limit: Limit = 20, go_on: Follow = True, as_json: options.Json = False
) -> None:
    """Show deliveries as they are stored, by any listener on the same database.

    Example: whcli tail --provider stripe --event 'invoice.*'
    """
    env: Env = ctx.obj
    store = env.writable_store if go_on else env.store
    last = store.last_id()
    _show(env, store, reversed(list(store.records(wanted, limit=limit, until=last))), as_json=as_json)
    if go_on:
        _show(env, store, follow(store, Watch(store.path), wanted, after=last), as_json=as_json)


def _show(env: Env, store: Store, records: Iterable[Record], *, as_json: bool) -> None:
    for record in records:
        if as_json:
            env.show_json([plain.delivery(record)], flush=True)
        else:
            attempts = [] if record.status is None else store.attempts(record.delivery.id, limit=TARGETS)
            env.show([live.line(record, attempts, width=env.width, style=env.style)], flush=True)
