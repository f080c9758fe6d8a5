"""`whcli show`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from whcli.actions.select import select
from whcli.cli import complete, options
from whcli.cli.env import Env, now
from whcli.errors import UsageError
from whcli.formats import plain
from whcli.http import pieces

Id = Annotated[
    str,
    typer.Argument(
        metavar="ID",
        help="42, last, last~2, an event's id, or a unique beginning of one.",
        autocompletion=complete.delivery,
    ),
]
Body = Annotated[bool, typer.Option("--body", help="Only the body, byte for byte.")]
OnlyHeaders = Annotated[bool, typer.Option("--headers", help="Only the request line and the headers, as they came.")]
Curl = Annotated[bool, typer.Option("--curl", help="A curl command that makes the same request, to the same URL.")]


def run(
    ctx: typer.Context,
    id: Id,
    body: Body = False,
    headers: OnlyHeaders = False,
    curl: Curl = False,
    as_json: options.Json = False,
) -> None:
    """Show one delivery: verdict, headers, body, attempts.

    Example: whcli show last

    Example: whcli show 42 --body > payload.json
    """
    env: Env = ctx.obj
    if body + headers + curl + as_json > 1:
        raise UsageError("--body, --headers, --curl and --json exclude each other", hint="choose one")
    ids = select(env.store, [id])
    if len(ids) > 1:
        raise UsageError(f"{id} is {len(ids)} deliveries; show takes one", hint=f"whcli show {ids[0]}")
    record = env.store.record(ids[0])
    if body:
        for piece in pieces(record.delivery.request.body):
            sys.stdout.buffer.write(piece)
        sys.stdout.buffer.flush()
        return
    if curl:
        from whcli.formats.curl import curl as as_curl

        env.show([as_curl(record.delivery.request)])
        return
    verdicts, attempts = env.store.verdicts(ids[0]), env.store.attempts(ids[0])
    if as_json:
        env.show_json([plain.shown(record, verdicts, attempts)])
    else:
        from whcli.view import detail

        env.show(
            detail.delivery(
                record, verdicts, attempts, width=env.width, style=env.style, now=now(), headers_only=headers
            )
        )
    if not headers and (count := env.store.attempts_of(ids[0])) > len(attempts):
        env.talk(f"These are the last {len(attempts)} of {count:,} attempts.")
