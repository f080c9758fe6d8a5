"""`listen --tunnel`: a tunnel with all that it needs of this program, and how long things may take."""

from __future__ import annotations

import os
import secrets
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
from whcli.cli.place import place, settle
from whcli.errors import StoreError, TunnelError, UsageError
from whcli.http import Request, Response
from whcli.model import TunnelState
from whcli.net.listener import Listener
from whcli.net.sender import Sender
from whcli.tunnels import TUNNELS, Kind, Tunnel, find, orphans, read_options
from whcli.tunnels.thread import in_thread

TAKEN = ("ERR_NGROK_108", "ERR_NGROK_334", "ERR_NGROK_324")
"""What an agent that was left behind may cause."""


class Wanted(NamedTuple):
    """A tunnel that was asked for, checked as far as it can be before it is opened."""

    kind: Kind
    tunnel: Tunnel
    check: float
    """Seconds for which it is trusted without a probe."""


def wanted(env: Env, named: str, options: Sequence[str], *, as_json: bool) -> Wanted:
    """What `--tunnel` and its options ask for. Raises UsageError, and TunnelError for a program that is not there."""
    kind, to = find(named)
    given = {**_kept(env, kind), **to}
    for option in options:
        name, mark, value = option.partition("=")
        if not mark:
            raise UsageError(f"{option!r} says nothing of the tunnel", hint="--tunnel-option NAME=VALUE")
        given[name] = _text(kind, name, value, Path.cwd())
    values = read_options(kind, given)
    here = place(env, ask=not as_json)
    settle(env, here)
    return Wanted(kind, kind.make(values, here), values["check"])


def _kept(env: Env, kind: Kind) -> dict[str, str]:
    """What the settings say of a kind of tunnel; files are named as seen from there. Raises UsageError."""
    source, tables = env.config.source, env.config.settings.get("tunnels", {})
    for name, table in tables.items():
        if name not in TUNNELS or not isinstance(table, dict):
            raise UsageError(
                f"{source}: [tunnels.{name}] is no table of a tunnel's", hint=f"one of: {', '.join(TUNNELS)}"
            )
    folder = source.parent if source else Path.cwd()
    return {name: _text(kind, name, str(value), folder) for name, value in tables.get(kind.name, {}).items()}


def _text(kind: Kind, name: str, value: str, folder: Path) -> str:
    """What an option is told; a file's name is meant from a folder, and may begin with `~`, which shells leave here."""
    is_file = any(option.name == name and option.metavar in ("FILE", "PATH") for option in kind.options)
    return str(folder / os.path.expanduser(value)) if is_file else value


def exposure(
    env: Env, wanted: Wanted, *, door: Door, listener: Listener, local: str, shown: Callable[[TunnelState], None],
    leads: Callable[[str], None],
) -> Exposure:  # fmt: skip
    """The tunnel to the `local` URL of a listener; `shown` and `leads` hear of its states and of its public URLs."""

    def changed(state: TunnelState) -> None:
        try:
            env.writable_store.add_tunnel_state(state, listener=os.getpid())
        except StoreError as error:
            env.talk(f"What became of the tunnel is not stored: {error.message}.")
        shown(state)

    def lead(public_url: str, caller: bytes | None) -> None:
        listener.public_url = public_url
        door.caller = caller
        leads(public_url)

    return Exposure(
        wanted.tunnel,
        name=wanted.kind.name,
        local=local,
        probe=Prober(door, send=_send, token=secrets.token_urlsafe, explain=wanted.kind.explain),
        leads=lead,
        changed=changed,
        heard=lambda: door.last_called,
        clock=now,
        uptime=_uptime,
        pace=Pace(check=wanted.check),
    )


async def opened(env: Env, exposure: Exposure, *, who: bool) -> None:
    """Open a tunnel and prove it. Raises TunnelError, which names the process that may be in the way.

    With `who`, one that does not tell who calls will not do.
    """
    if env.terminal:
        env.talk(f"Opening the tunnel {exposure.state.tunnel} …")
    try:
        await exposure.start()
    except TunnelError as error:
        left = orphans.find(config.own_folder("state", env.environment)) if error.slug in TAKEN else []
        if left:
            error.hint = f"an earlier whcli left one behind: whcli tunnel end {left[0].pid}"
        raise
    info = exposure.info
    if who and (info is None or info.caller is None):
        raise TunnelError(
            f"the tunnel {exposure.state.tunnel} does not tell who calls, so --allow-ip cannot hold there",
            hint="leave --allow-ip out, or take ngrok or cloudflared",
        )
    if info and info.note:
        env.talk(f"Of the tunnel {exposure.state.tunnel}: {info.note}.")


async def _send(request: Request, patience: timedelta) -> Response:
    """Send one request over a connection of its own; given up at once when cancelled."""
    with Sender(allow_remote=True) as sender:
        response: Response = await in_thread(lambda: sender.send(request, timeout=patience), name="whcli-probe")
        return response


def _uptime() -> float:
    """Seconds that go on while the computer sleeps: the usual clock stands still then, on Linux and macOS."""
    clock = getattr(time, "CLOCK_BOOTTIME", getattr(time, "CLOCK_MONOTONIC", None))
    return time.monotonic() if clock is None else time.clock_gettime(clock)
