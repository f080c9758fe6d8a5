"""The user's machine as tunnels may know it, and the user, where one is there to be asked."""

from __future__ import annotations

import sys
from pathlib import Path

from whcli import config
from whcli.cli.env import Env
from whcli.tunnels import GRACE_SECONDS, Place, orphans


def place(env: Env, *, ask: bool) -> Place:
    """The user's machine, as tunnels may know it; with `ask`, the user as well, where one is there."""
    state = config.own_folder("state", env.environment)
    someone = ask and sys.stdin.isatty() and sys.stderr.isatty() and not env.environment.get("CI")
    return Place(env.environment, Path.cwd(), state, confirm if someone else None)


def confirm(question: str) -> bool:
    """Ask on the terminal; no is the answer of whoever says nothing."""
    import typer

    return typer.confirm(question, default=False, err=True)


def settle(env: Env, here: Place) -> None:
    """Offer to end what an earlier whcli could not end; without anyone to ask, say how."""
    for orphan in orphans.find(here.state):
        what = f"{orphan.name} of an earlier whcli still runs, as process {orphan.pid}"
        if here.confirm is None:
            env.talk(f"{what}. To end it: whcli tunnel end {orphan.pid}")
        elif here.confirm(f"{what}. End it?"):
            orphans.end(here.state, orphan, seconds=GRACE_SECONDS)
