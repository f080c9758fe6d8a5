"""`whcli list`."""

from __future__ import annotations

from typing import Annotated

import typer

from whcli.cli import options
from whcli.cli.env import Env, now
from whcli.filters import Filter
from whcli.formats import plain

Limit = Annotated[int, typer.Option("-n", "--limit", metavar="N", min=0, help="At most so many; 0 for all.")]


@options.filtered
def run(ctx: typer.Context, wanted: Filter, limit: Limit = 20, as_json: options.Json = False) -> None:
    """List stored deliveries, newest first.

    Example: whcli list --provider stripe --verdict mismatch --since 2h
    """
    env: Env = ctx.obj
    records = env.store.records(wanted, limit=limit or None)
    if as_json:
        env.show_json(plain.delivery(record) for record in records)
        return
    from whcli.view import tables

    lines = 0
    for line in tables.deliveries(records, width=env.width, style=env.style, now=now()):
        env.show([line])
        lines += 1
    if not lines and env.store.last_id() == 0:
        env.talk(f"No deliveries yet in {env.config.db}. Receive some with: whcli listen")
    elif not lines:
        env.talk("No delivery matches.")
