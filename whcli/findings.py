"""What `doctor` finds: facts of this machine, judged; each finding is a value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import PurePath
from shlex import quote
from typing import Literal, NamedTuple

State = Literal["ok", "warn", "bad", "note"]

SCARCE, SHORT = 100_000_000, 1_000_000_000
"""Bytes free below which a disk is as good as full, or soon will be."""
SKEW = timedelta(minutes=1)
OTHERS = 0o077
"""The bits of a mode that let anybody else in."""

# Where shared memory is not shared with other machines, or locks are not kept: sqlite.org/wal.html, sqlite.org/faq.html
REMOTE = frozenset(
    (
        "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs",
        "fuse.s3fs", "fuse.rclone", "lustre", "9p", "vboxsf", "fuse.vmhgfs-fuse", "virtiofs", "webdav", "davfs",
    )
)  # fmt: skip

PROXIES = ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY")
HERE = ("localhost", "127.0.0.1", "::1")


class Finding(NamedTuple):
    """One thing that was looked at."""

    name: str
    state: State
    """`note` where it could not be looked at, or need not be as it should."""
    sentence: str
    """A phrase: what is the matter with it."""
    fix: str | None = None
    """What mends it, where that is needed."""


def sqlite(version: tuple[int, int, int]) -> Finding:
    """Of the library that Python was built with.

    Before 3.51.3 a write-ahead log that is begun anew while another process checkpoints it can lose a commit; 3.50.7
    and 3.44.6 have the correction, too (sqlite.org/wal.html).
    """
    shown = ".".join(map(str, version))
    mended = version >= (3, 51, 3) or any(part <= version < (*part[:2], 1000) for part in ((3, 50, 7), (3, 44, 6)))
    if mended:
        return Finding("sqlite", "ok", shown)
    return Finding(
        "sqlite",
        "warn",
        f"{shown} can, very rarely, damage a database that several processes write to (the WAL-reset bug)",
        "a Python with SQLite 3.51.3 or later; until then, let one listener write to a database",
    )


def disk(free: int, *, folder: str) -> Finding:
    """Of room for the database, in bytes."""
    said = f"{free / 1e9:.1f} GB free in {folder}"
    if free < SCARCE:
        return Finding("disk", "bad", said, "free some space: deliveries are refused with 503 when it is full")
    if free < SHORT:
        return Finding("disk", "warn", said, "free some space before it is full")
    return Finding("disk", "ok", said)


def file_system(kind: str | None) -> Finding:
    """Of where the database is; None where the system does not say."""
    if kind is None:
        return Finding("file system", "note", "this system does not tell whether the database is on a network")
    if kind in REMOTE:
        return Finding(
            "file system", "warn", f"the database is on {kind}, where SQLite cannot keep processes apart",
            "keep it on a disk of this machine: --db PATH",
        )  # fmt: skip
    return Finding("file system", "ok", f"the database is on {kind}, which is local")


def permissions(modes: Mapping[str, int]) -> Finding:
    """Of files that hold what senders sent; modes as `stat` gives them, by path."""
    open_ = [path for path, mode in modes.items() if mode & OTHERS]
    if not open_:
        return Finding("permissions", "ok", "nobody else can read the database")
    return Finding(
        "permissions", "warn", f"others can read {', '.join(open_)}", f"chmod go= {' '.join(map(quote, open_))}"
    )


def proxies(environment: Mapping[str, str]) -> Finding:
    """Of variables that send programs to a proxy; whcli does not heed them, but SDKs, curl and tunnels' agents do."""
    asked = [name for name in PROXIES if environment.get(name)]
    if not asked:
        return Finding("proxy", "ok", "no variable sends programs to a proxy")
    spared = {each.strip().strip("[]") for each in _spared(environment)}
    if "*" in spared or spared.issuperset(HERE):
        return Finding("proxy", "ok", f"{asked[0]} is set, and this machine is spared")
    return Finding(
        "proxy", "warn", f"{asked[0]} sends calls of this machine to a proxy, too, in programs that heed it",
        f"export NO_PROXY={','.join(HERE)}",
    )  # fmt: skip


def _spared(environment: Mapping[str, str]) -> Iterable[str]:
    return (environment.get("no_proxy") or environment.get("NO_PROXY") or "").split(",")


def clock(now: datetime, *, installed: datetime, newest: datetime | None, kept: bool) -> Finding:
    """Of the time, as far as it can be judged without asking anybody: signatures older than five minutes are refused.

    What is known to be past cannot lie ahead. `newest` is the last delivery's time; `kept` says that the system
    knows its clock to be in step with a time server.
    """
    for moment, what in ((newest, "a delivery was stored"), (installed, "whcli was installed")):
        if moment is not None and moment > now + SKEW:
            return Finding(
                "clock", "bad", f"it says {now:%Y-%m-%d %H:%M} UTC, but {what} at {moment:%Y-%m-%d %H:%M}",
                "set the clock, and let a time server keep it: timedatectl set-ntp true",
            )  # fmt: skip
    if kept:
        return Finding("clock", "ok", f"{now:%Y-%m-%d %H:%M} UTC, kept by a time server")
    return Finding(
        "clock", "note", f"{now:%Y-%m-%d %H:%M} UTC; whether that is right cannot be told from here",
        "compare it with another clock: five minutes off, and signatures with a time are refused",
    )  # fmt: skip


def commands(own: PurePath, found: Sequence[PurePath]) -> Finding:
    """Of the programs named whcli on PATH, in its order; `own` is this one."""
    if not found:
        return Finding("command", "note", f"whcli is not on PATH; it is {own}", f"export PATH=$PATH:{own.parent}")
    if found[0] != own:
        fix = f"type {own}, or put its folder first on PATH"
        return Finding("command", "warn", f"whcli on PATH is {found[0]}, which is not this one", fix)
    if others := [str(each) for each in found[1:] if each != own]:
        return Finding("command", "note", f"{own}; further on PATH is {', '.join(others)}")
    return Finding("command", "ok", str(own))
