"""`whcli index`."""

from __future__ import annotations

from typing import Annotated

import typer

from whcli.cli import options, progress
from whcli.cli.env import Env

Drop = Annotated[bool, typer.Option("--drop", help="Remove the index.")]


def run(ctx: typer.Context, drop: Drop = False, as_json: options.Json = False) -> None:
    """Make --search fast: index what has been stored since the last time.

    Search works without it, by looking at each delivery.

    Example: whcli index
    """
    env: Env = ctx.obj
    store = env.writable_store
    if drop:
        store.drop_index()
        env.talk("The index is gone; text search looks at each delivery.")
        return
    added = 0
    for count in progress.counted(env, store.index(), total=store.unindexed()):
        added += count
    if as_json:
        env.show_json([{"indexed": added}])
    else:
        env.talk(f"{added} deliveries indexed.")
