"""The program that ngrok calls its agent: where it is, which version, with which token; installed only when asked."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from whcli.errors import TunnelError, UsageError
from whcli.tunnels import ngrok_errors, orphans
from whcli.tunnels.child import Child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from whcli.tunnels import Place

ENDPOINTS_SINCE = (3, 30)
"""The version from which on the agent speaks `/api/endpoints`; those before know `/api/tunnels` alone."""
OLDEST = (3, 0)
TOKEN = "NGROK_AUTHTOKEN"  # noqa: S105 - a variable's name
TOKEN_FILE = "ngrok.token"  # noqa: S105 - a file's name
DOWNLOAD_SECONDS = 60.0
BY_HAND = "try again, or get it from https://ngrok.com/download"

Version = tuple[int, int]


def located(place: Place, given: Path | None) -> Path:
    """The agent: the one given, else on PATH, else where pyngrok puts it. Raises TunnelError where there is none.

    Where somebody can be asked it is offered to be downloaded.
    """
    if given is not None:
        if not given.is_file():
            raise UsageError(f"there is no file {given}", hint="agent=PATH names the program ngrok")
        return given
    for found in _candidates(place):
        if found.is_file() and os.access(found, os.X_OK) and not _is_wrapper(found):
            return found
    if place.confirm is not None and place.confirm(
        "The program ngrok is not installed. Download it from bin.ngrok.com?"
    ):
        return install()
    raise TunnelError(
        "the program ngrok is not installed", hint="whcli tunnel install ngrok, or https://ngrok.com/download"
    )


def own_path() -> Path:
    """Where pyngrok puts the agent, and we with it."""
    from pyngrok import conf

    return Path(conf.DEFAULT_NGROK_PATH)


def _candidates(place: Place) -> Iterator[Path]:
    name = "ngrok.exe" if os.name == "nt" else "ngrok"
    if named := place.environment.get("PYNGROK_NGROK_PATH"):
        yield Path(named)
    for folder in place.environment.get("PATH", os.defpath).split(os.pathsep):
        if folder:
            yield Path(folder) / name
    yield own_path()


def _is_wrapper(path: Path) -> bool:
    """Whether it is the script that comes with pyngrok: it would start the agent, and die without it."""
    with suppress(OSError), path.open("rb") as file:
        return b"pyngrok" in file.read(1024) or path.parent == Path(sys.executable).parent
    return True


def install() -> Path:
    """Download the agent; pyngrok knows from where. Raises TunnelError that says where it can be put by hand."""
    from pyngrok import installer
    from pyngrok.exception import PyngrokError

    path = own_path()
    installer._print_progress_enabled = False  # it would write to stdout, which is for results
    try:
        installer.install_ngrok(str(path), timeout=DOWNLOAD_SECONDS)
    except (PyngrokError, OSError) as error:
        raise TunnelError(
            f"ngrok could not be downloaded: {ngrok_errors.redacted(str(error.__context__ or error))}",
            hint=f"download it from https://ngrok.com/download and put it at {path}",
        ) from error
    return path


async def version(path: Path, place: Place) -> Version:
    """Ask the agent for its version. Raises TunnelError."""
    said = await run([str(path), "--version"], place)
    found = re.search(r"version (\d+)\.(\d+)", said)
    if not found:
        raise TunnelError(f"{path} does not say its version, as ngrok would", hint="name the right one: agent=PATH")
    if (version := (int(found[1]), int(found[2]))) < OLDEST:
        raise TunnelError(f"ngrok {found[1]}.{found[2]} is too old", hint=ngrok_errors.UPDATE)
    return version


async def run(words: list[str], place: Place) -> str:
    """Run a program to its end; gives what it said. Raises TunnelError where it cannot be run."""
    return (await _run(words, place))[0]


async def _run(words: list[str], place: Place) -> tuple[str, int]:
    child = await Child.start(words, name="ngrok", place=place)
    try:
        return "\n".join([line async for line in child.lines()]), await child.ended()
    finally:
        await child.end()


async def update(path: Path, place: Place, *, seconds: float) -> str:
    """Have the agent bring itself up to date; gives what it said. Raises TunnelError."""
    try:
        async with asyncio.timeout(seconds):
            said, code = await _run([str(path), "update"], place)
    except TimeoutError as error:
        raise TunnelError("ngrok's update takes too long", hint=BY_HAND) from error
    secrets = [token(place) or ""]
    if code:
        raise TunnelError(f"ngrok cannot update itself: {ngrok_errors.phrase(said, secrets)}", hint=BY_HAND)
    return ngrok_errors.redacted(said, secrets)


def token(place: Place) -> str | None:
    """The token that we know of: the environment's, else the one of `whcli tunnel login ngrok`.

    ngrok may have one of its own in ngrok.yml, which it reads itself.
    """
    if given := place.environment.get(TOKEN):
        return given
    with suppress(OSError, UnicodeDecodeError):
        return (place.state / TOKEN_FILE).read_text("utf-8").strip() or None
    return None


def has_own_token() -> bool:
    """Whether ngrok keeps one in its own settings."""
    from pyngrok import conf

    with suppress(OSError, UnicodeDecodeError):
        return "authtoken:" in Path(conf.DEFAULT_NGROK_CONFIG_PATH).read_text("utf-8")
    return False


def log_in(place: Place, token: str) -> Path:
    """Keep a token in a file for the user alone; gives its place. Raises UsageError for what cannot be one."""
    if not re.fullmatch(r"[0-9A-Za-z_]{20,100}", token):
        raise UsageError("this is not one of ngrok's tokens", hint=ngrok_errors.LOGIN)
    return _private(place.state / TOKEN_FILE, token + "\n", 0o600)


def settings(place: Place, api: str) -> Path:
    """The settings that the agent reads: the user's own ngrok.yml, else an empty one of ours.

    pyngrok would make one that everybody may read, and then put what it is told into it.
    """
    from pyngrok import conf

    own = Path(conf.DEFAULT_NGROK_CONFIG_PATH)
    return own if own.exists() else _private(place.state / f"ngrok-{api}.yml", f'version: "{api}"\n', 0o600)


def quiet(path: Path, place: Place) -> Path:
    """A stand-in that becomes the agent, with nothing on stdin and its stderr where its log goes.

    pyngrok lets the agent inherit both: it could read the user's keys, and write a token on the terminal. Windows
    has no such exec; there the agent itself is given.
    """
    if os.name != "posix":
        return path
    script = f'#!/bin/sh\nexec {shlex.quote(str(path.absolute()))} "$@" </dev/null 2>&1\n'
    return _private(place.state / "ngrok.sh", script, 0o700)


def _private(path: Path, text: str, mode: int) -> Path:
    """A file for the user alone, replaced as a whole."""
    with suppress(OSError, UnicodeDecodeError):
        if path.read_text("utf-8") == text and path.stat().st_mode & 0o777 == mode:
            return path
    orphans.private(path.parent)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    with suppress(FileNotFoundError):
        new.unlink()
    with open(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode), "w", encoding="utf-8") as file:
        file.write(text)
    new.replace(path)
    return path
