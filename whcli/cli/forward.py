"""`whcli forward`."""

from __future__ import annotations

from itertools import islice
from typing import Annotated

import typer

from whcli import outgoing
from whcli.actions import replay
from whcli.actions.deliver import Job
from whcli.actions.follow import follow
from whcli.cli import options, progress
from whcli.cli.env import Env
from whcli.filters import Filter
from whcli.model import Target
from whcli.store.watch import Watch

Limit = Annotated[int | None, typer.Option("-n", "--limit", metavar="N", min=1, help="End after so many.")]

To = Annotated[str, typer.Option("--to", metavar="TARGET", help="3000, 3000/hooks, host:port or a URL.")]


@options.filtered
def run(
    ctx: typer.Context,
    wanted: Filter,
    to: To,
    header: options.HeaderOption = None,
    timeout: options.Timeout = "30s",
    limit: Limit = None,
    allow_remote: options.AllowRemote = False,
    as_json: options.Json = False,
) -> None:
    """Pass deliveries on to a target as they are stored, by any listener on the same database; but no handshakes.

    In order, one after the other. End with Ctrl-C.

    Example: whcli forward --to 4000/hooks --provider github
    """
    env: Env = ctx.obj
    target = Target(outgoing.parse_target(to), headers=options.headers(header), timeout=options.timeout_of(timeout))
    ports = env.ports(allow_remote=allow_remote)
    env.talk(f"Passing deliveries on to {outgoing.redact(target.url)}; end with Ctrl-C.")
    store = ports.store
    found = follow(store, Watch(store.path), wanted, after=store.last_id())
    deliveries = (store.delivery(record.delivery.id) for record in found)
    jobs = (
        Job(each.request, target, cause="forward", delivery_id=each.id, body_sha256=each.body_sha256)
        for each in deliveries
        if each.handshake is None
    )
    progress.show(env, replay.run(ports, islice(jobs, limit)), total=0, as_json=as_json)
