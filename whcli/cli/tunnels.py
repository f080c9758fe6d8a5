"""`whcli tunnels`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import typer

from whcli import tunnels
from whcli.cli import complete, options
from whcli.cli.env import Env, now
from whcli.cli.place import place, settle
from whcli.formats import plain
from whcli.tunnels import Kind
from whcli.view.tables import Column, gaps, pairs, table
from whcli.view.theme import Span

Name = Annotated[
    str | None,
    typer.Argument(metavar="[NAME]", help="One of them, with what it can be told.", autocompletion=complete.tunnel),
]
Gaps = Annotated[bool, typer.Option("--gaps", help="Instead, the times in which it, or any, was down.")]

COLUMNS = (
    Column[Kind]("NAME", 1, 8, 14, 20, lambda k: Span(k.name, "name"), lambda k: k.name),
    Column[Kind]("TITLE", 2, 8, 30, 40, lambda k: Span(k.title), lambda k: k.title),
    Column[Kind]("NEEDS", 3, 8, 40, 90, lambda k: Span(k.needs), lambda k: k.needs),
)


def run(ctx: typer.Context, name: Name = None, gaps: Gaps = False, as_json: options.Json = False) -> None:
    """List the kinds of tunnel that listen can open, show one, or the times in which one was down.

    A process that an earlier whcli could not end, as it was killed, is named too.

    Example: whcli tunnels ngrok

    Example: whcli tunnels --gaps
    """
    env: Env = ctx.obj
    chosen = [tunnels.get(each) for each in ([name] if name else tunnels.TUNNELS)]
    if gaps:
        _show_gaps(env, name, as_json=as_json)
        return
    if as_json:
        env.show_json(_facts(each) for each in chosen)
    elif name:
        env.show(pairs(_lines(chosen[0]), width=env.width, style=env.style))
    else:
        env.show(table(COLUMNS, chosen, width=env.width, style=env.style))
    settle(env, place(env, ask=False))


def _show_gaps(env: Env, name: str | None, *, as_json: bool) -> None:
    found = [each for each in env.store.gaps() if name in (None, each.tunnel)]
    if as_json:
        env.show_json(plain.gap(each) for each in found)
    else:
        env.show(gaps(found, width=env.width, style=env.style, now=now()))
    if not found and env.terminal:
        env.talk("No tunnel of a listener on this database was ever down.")


def _facts(kind: Kind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "title": kind.title,
        "docs": kind.docs,
        "needs": kind.needs,
        "options": [
            {"name": option.name, "value": option.metavar, "help": option.help} for option in tunnels.options_of(kind)
        ],
    }


def _lines(kind: Kind) -> Iterator[tuple[str, list[Span]]]:
    yield "tunnel", [Span(kind.title, "strong")]
    yield "needs", [Span(kind.needs)]
    yield "docs", [Span(kind.docs, "name")]
    for option in tunnels.options_of(kind):
        yield "option", [Span(f"{option.name}={option.metavar}"), Span(f"  {option.help}", "dim")]
    yield "try", [Span(f"whcli listen --tunnel {kind.example or kind.name}", "strong")]
