"""`whcli tunnel`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from whcli.cli.env import Env
from whcli.cli.place import place
from whcli.errors import NotFound, TunnelError, UsageError
from whcli.tunnels import GRACE_SECONDS, Place, orphans

VERBS = ("login", "install", "update", "end")
UPDATE_SECONDS = 120.0

Verb = Annotated[
    str,
    typer.Argument(
        metavar="VERB",
        help="login keeps ngrok's token; install and update get ngrok; end ends a process that was left.",
    ),
]
What = Annotated[str, typer.Argument(metavar="ngrok|PID", help="The tunnel; for end, the process that is named.")]


def run(ctx: typer.Context, verb: Verb, what: What) -> None:
    """Set up the program that a tunnel needs, or end one that an earlier whcli could not end.

    The token is read from a prompt, or from stdin; it is kept in a file that only you can read.

    Example: whcli tunnel login ngrok

    Example: whcli tunnel end 4242
    """
    env: Env = ctx.obj
    here = place(env, ask=True)
    if verb == "end":
        _end(env, here, what)
        return
    if verb not in VERBS:
        raise UsageError(
            f"{verb!r} is not something that can be done with a tunnel", hint=f"one of: {', '.join(VERBS)}"
        )
    if what != "ngrok":
        raise UsageError(f"{what} has nothing to {verb}", hint=f"whcli tunnel {verb} ngrok")
    {"login": _log_in, "install": _install, "update": _update}[verb](env, here)


def _log_in(env: Env, here: Place) -> None:
    from whcli.tunnels import ngrok_agent

    if sys.stdin.isatty():
        token = typer.prompt("ngrok's token, which is not shown", hide_input=True, err=True)
    else:
        token = sys.stdin.readline()
    path = ngrok_agent.log_in(here, token.strip())
    env.talk(f"The token is kept in {path}.")
    if env.environment.get(ngrok_agent.TOKEN):
        env.talk(f"{ngrok_agent.TOKEN} is set as well, and goes before it.")


def _install(env: Env, here: Place) -> None:
    from whcli.tunnels import ngrok_agent

    try:
        found = ngrok_agent.located(here._replace(confirm=None), None)
    except TunnelError:
        env.talk("Downloading ngrok from bin.ngrok.com …")
        found = ngrok_agent.install()
        env.talk(f"ngrok is at {found}.")
    else:
        env.talk(f"ngrok is there already, at {found}. To bring it up to date: whcli tunnel update ngrok")


def _update(env: Env, here: Place) -> None:
    import asyncio

    from whcli.tunnels import ngrok_agent

    path = ngrok_agent.located(here, None)
    env.talk(asyncio.run(ngrok_agent.update(path, here, seconds=UPDATE_SECONDS)))


def _end(env: Env, here: Place, what: str) -> None:
    left = orphans.find(here.state)
    orphan = next((each for each in left if str(each.pid) == what), None)
    if orphan is None:
        named = f"there are: {', '.join(str(each.pid) for each in left)}" if left else "nothing was left behind"
        raise NotFound(f"no process {what} was left behind by whcli", hint=named)
    if not orphans.end(here.state, orphan, seconds=GRACE_SECONDS):
        raise TunnelError(f"process {what} cannot be ended", hint=f"kill -9 {what}")
    env.talk(f"{orphan.name}, process {what}, has ended.")
