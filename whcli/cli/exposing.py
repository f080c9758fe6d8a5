"""`listen --tunnel`: a tunnel with all that it needs of this program, and how long things may take."""

from __future__ import annotations

import os
import secrets
import sys
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from whcli import config
from whcli.actions.door import Door
from whcli.actions.expose import Exposure, Pace
from whcli.actions.probe import Prober
from whcli.cli.env import Env, now
from whcli.errors import StoreError, TunnelError, UsageError
from whcli.http import Request, Response
from whcli.model import TunnelState
from whcli.net.listener import Listener
from whcli.net.sender import Sender
from whcli.tunnels import GRACE_SECONDS, Kind, Place, Tunnel, find, orphans, read_options
from whcli.tunnels.thread import in_thread

TAKEN = ("ERR_NGROK_108", "ERR_NGROK_334", "ERR_NGROK_324")
"""What an agent that was left behind may cause."""


class Wanted(NamedTuple):
    """A tunnel that was asked for, checked as far as it can be before it is opened."""

    kind: Kind
    tunnel: Tunnel
    check: float
    """Seconds for which it is trusted without a probe."""


def place(env: Env, *, ask: bool) -> Place:
    """The user's machine, as tunnels may know it; with `ask`, the user as well, where one is there."""
    state = config.own_folder("state", env.environment)
    someone = ask and sys.stdin.isatty() and sys.stderr.isatty() and not env.environment.get("CI")
    return Place(env.environment, Path.cwd(), state, confirm if someone else None)


def confirm(question: str) -> bool:
    """Ask on the terminal; no is the answer of whoever says nothing."""
    import typer

    return typer.confirm(question, default=False, err=True)


def wanted(env: Env, named: str, options: Sequence[str], *, as_json: bool) -> Wanted:
    """What `--tunnel` and its options ask for. Raises UsageError, and TunnelError for a program that is not there."""
    kind, given = find(named)
    for option in options:
        name, mark, value = option.partition("=")
        if not mark:
            raise UsageError(f"{option!r} says nothing of the tunnel", hint="--tunnel-option NAME=VALUE")
        given[name] = value
    values = read_options(kind, given)
    here = place(env, ask=not as_json)
    settle(env, here)
    return Wanted(kind, kind.make(values, here), values["check"])


def settle(env: Env, here: Place) -> None:
    """Offer to end what an earlier whcli could not end; without anyone to ask, say how."""
    for orphan in orphans.find(here.state):
        what = f"{orphan.name} of an earlier whcli still runs, as process {orphan.pid}"
        if here.confirm is None:
            env.talk(f"{what}. To end it: whcli tunnel end {orphan.pid}")
        elif here.confirm(f"{what}. End it?"):
            orphans.end(here.state, orphan, seconds=GRACE_SECONDS)


def exposure(
    env: Env, wanted: Wanted, *, door: Door, listener: Listener, shown: Callable[[TunnelState], None],
    leads: Callable[[str], None],
) -> Exposure:  # fmt: skip
    """The tunnel to a listener that listens; `shown` and `leads` hear of its states and of its public URLs."""

    def changed(state: TunnelState) -> None:
        try:
            env.writable_store.add_tunnel_state(state, listener=os.getpid())
        except StoreError as error:
            env.talk(f"What became of the tunnel is not stored: {error.message}.")
        shown(state)

    def lead(public_url: str, caller: bytes | None) -> None:
        listener.public_url = public_url
        door.lead(public_url, caller)
        leads(public_url)

    return Exposure(
        wanted.tunnel,
        name=wanted.kind.name,
        local=listener.url,
        probe=Prober(door, send=_send, token=secrets.token_urlsafe, explain=wanted.kind.explain),
        leads=lead,
        changed=changed,
        heard=lambda: door.last_called,
        clock=now,
        uptime=_uptime,
        pace=Pace(check=wanted.check),
    )


async def opened(env: Env, exposure: Exposure) -> None:
    """Open a tunnel and prove it. Raises TunnelError, which names the process that may be in the way."""
    if env.terminal:
        env.talk(f"Opening the tunnel {exposure.state.tunnel} …")
    try:
        await exposure.start()
    except TunnelError as error:
        left = orphans.find(config.own_folder("state", env.environment)) if error.slug in TAKEN else []
        if left:
            error.hint = f"an earlier whcli left one behind: whcli tunnel end {left[0].pid}"
        raise


async def _send(request: Request, patience: timedelta) -> Response:
    """Send one request over a connection of its own; given up at once when cancelled."""
    with Sender(allow_remote=True) as sender:
        response: Response = await in_thread(lambda: sender.send(request, timeout=patience), name="whcli-probe")
        return response


def _uptime() -> float:
    """Seconds that go on while the computer sleeps: the usual clock stands still then, on Linux and macOS."""
    clock = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if clock is None else time.clock_gettime(clock)
