"""What `doctor` finds of the programs that tunnels need: whether they are there, and in which version."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from pathlib import Path
from shlex import quote
from shutil import which
from typing import Any, TypeVar

from whcli.cli.env import Env
from whcli.cli.place import place
from whcli.errors import TunnelError
from whcli.findings import Finding, State
from whcli.tunnels import Place, ngrok_agent, orphans

PATIENCE = 2.0
"""Seconds for a program to say its version."""
LINE = 80
"""Characters of what a program says of itself."""

PROGRAMS = (
    ("ssh", "-V", "install OpenSSH: apt install openssh-client, or the like"),
    ("cloudflared", "--version", "https://github.com/cloudflare/cloudflared/releases"),
)
"""Each with what makes it say its version, and where to have it from."""

T = TypeVar("T")


def programs(env: Env) -> Iterable[Finding]:
    """The programs that tunnels need; none of them has to be there."""
    here = place(env, ask=False)
    yield from _agent(here)
    for name, option, source in PROGRAMS:
        program = which(name, path=here.environment.get("PATH"))
        if program is None:
            yield Finding(name, "note", "it is not installed, so its tunnels cannot be opened", source)
        elif said := _within_seconds(ngrok_agent.run([program, option], here)):
            yield Finding(name, "ok", said.partition("\n")[0][:LINE])
        else:
            yield Finding(name, "warn", f"{program} does not say its version", f"try it: {quote(program)} {option}")
    for orphan in orphans.find(here.state):
        sentence = f"{orphan.name} of an earlier whcli still runs, as process {orphan.pid}"
        yield Finding("left behind", "warn", sentence, f"whcli tunnel end {orphan.pid}")


def _agent(here: Place) -> Iterable[Finding]:
    """Ngrok's program and its token."""
    missing: State = "warn"
    try:
        yield _version_of(ngrok_agent.located(here, None), here)
    except TunnelError as error:
        missing = "note"
        yield Finding("ngrok", missing, error.message, error.hint)
    if ngrok_agent.token(here) or ngrok_agent.has_own_token():
        yield Finding("ngrok token", "ok", "there is one")
    else:
        yield Finding(
            "ngrok token", missing, "there is none, so its tunnels cannot be opened", "whcli tunnel login ngrok"
        )


def _version_of(agent: Path, here: Place) -> Finding:
    """Ngrok's program, as it says itself."""
    try:
        version = _within_seconds(ngrok_agent.version(agent, here))
    except TunnelError as error:
        return Finding("ngrok", "warn", error.message, error.hint)
    if version is None:
        return Finding("ngrok", "warn", f"{agent} does not say its version", f"try it: {quote(str(agent))} --version")
    return Finding("ngrok", "ok", f"{'.'.join(map(str, version))}, {agent}")


def _within_seconds(coroutine: Coroutine[Any, Any, T]) -> T | None:
    """What a program says, None where it is not soon. Raises TunnelError."""

    async def soon() -> T:
        async with asyncio.timeout(PATIENCE):
            return await coroutine

    try:
        return asyncio.run(soon())
    except TimeoutError:
        return None
