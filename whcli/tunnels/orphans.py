"""Processes that we started and must not leave behind: each is written down until it has ended.

A process is known by its id and the time it started together, for ids are given again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

FOLDER = "processes"
STEP = 0.05
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)


class Orphan(NamedTuple):
    """A process whose starter is gone."""

    pid: int
    name: str
    """What it was started for: `ngrok`."""


def private(state: Path) -> Path:
    """The folder for what whcli remembers, made for the user alone where it is missing."""
    if not state.exists():
        state.parent.mkdir(parents=True, exist_ok=True)
        state.mkdir(mode=0o700, exist_ok=True)
    return state


def remember(state: Path, pid: int, *, name: str) -> None:
    """Write down a process of ours, in a file for the user alone."""
    folder = private(state) / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    known = {"name": name, "identity": identity(pid), "owner": os.getpid(), "owner_identity": identity(os.getpid())}
    file = os.open(folder / f"{pid}.json", os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with open(file, "w", encoding="utf-8") as stream:
        json.dump(known, stream)


def forget(state: Path, pid: int) -> None:
    """A process of ours has ended."""
    with suppress(OSError):
        (state / FOLDER / f"{pid}.json").unlink()


def find(state: Path) -> list[Orphan]:
    """The processes that still run without the whcli that started them; what is gone is forgotten."""
    found = []
    for file in sorted((state / FOLDER).glob("*.json")):
        try:
            pid, known = int(file.stem), json.loads(file.read_text("utf-8"))
            name, was, owner, owner_was = (known[key] for key in ("name", "identity", "owner", "owner_identity"))
            owned = owner_was is not None and identity(int(owner)) == owner_was
        except (OSError, ValueError, TypeError, KeyError):
            continue  # half written, or not ours
        if was is None or identity(pid) != was:
            if not owned:
                forget(state, pid)
        elif not owned:
            found.append(Orphan(pid, str(name)))
    return found


def end_ours(state: Path) -> None:
    """End at once what this process has started: it is about to end without further ado."""
    for file in (state / FOLDER).glob("*.json"):
        with suppress(OSError, ValueError, TypeError, KeyError):
            known = json.loads(file.read_text("utf-8"))
            if known["owner"] == os.getpid() and known["identity"] == identity(int(file.stem)):
                send_to_all(int(file.stem), KILL)
                file.unlink()


def end(state: Path, orphan: Orphan, *, seconds: float) -> bool:
    """End an orphan, by force after so many seconds; False where it may not be ended."""
    was = identity(orphan.pid)
    for number in (signal.SIGTERM, KILL):
        send_to_all(orphan.pid, number)
        deadline = time.monotonic() + seconds
        while (now := identity(orphan.pid)) == was and now is not None and time.monotonic() < deadline:
            time.sleep(STEP)
        if now != was:
            forget(state, orphan.pid)
            return True
    return False


def send_to_all(pid: int, number: int) -> None:
    """Send a signal to a process and to all of the group that it leads; nothing where it is gone."""
    with suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(pid, number)
        else:
            os.kill(pid, number)


def identity(pid: int) -> str | None:
    """When a process started, as a text to compare; None where there is none."""
    return _linux(pid) if sys.platform == "linux" else _elsewhere(pid)


def _linux(pid: int) -> str | None:
    """From /proc (proc_pid_stat(5)): field 22 is the start in ticks since boot; a zombie, state Z, has ended.

    What it runs is no part of it: that is not to be read yet while it becomes another program.
    """
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        boot = Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
        return None if fields[0] in "ZX" else f"{boot} {fields[19]}"
    except (OSError, IndexError):
        return None


def _elsewhere(pid: int) -> str | None:
    """From ps, or its like on Windows: slower, and asked only where there is a process to ask about."""
    if sys.platform == "win32":
        found = f"Get-CimInstance Win32_Process -Filter 'ProcessId={pid}'"
        command = ["powershell", "-NoProfile", "-Command", f"({found}).CreationDate.Ticks"]
    else:
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
    try:
        said = subprocess.run(command, capture_output=True, check=False, timeout=5)  # noqa: S603 - no shell
    except (OSError, subprocess.TimeoutExpired):
        return None
    return said.stdout.decode("ascii", "replace").strip() or None
