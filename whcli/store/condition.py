"""The state of a database file, for `doctor`: looked at, never changed."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from whcli.errors import WhcliError
from whcli.store import files, migrations

SQLITE = sqlite3.sqlite_version_info
"""The version of the library, which is not Python's module's."""
SUFFIXES = ("", "-wal", "-shm")
STEPS = 100_000
"""Of SQLite's machine, between two looks at the clock."""


class Condition(NamedTuple):
    """What was found."""

    version: int
    damage: str | None
    """What `PRAGMA quick_check` complains of first."""
    whole: bool
    """Whether that check came to its end in time."""
    last: int
    """The id of the last delivery; 0 for none."""


def examine(path: Path, *, seconds: float, steps: int = STEPS) -> Condition:
    """Read a file from end to end, for so long at most.

    Raises StoreError for one that cannot be read, or is no database of ours.
    """
    with closing(files.connect_to_read(path)) as connection:
        version = migrations.recognize(connection, path=path)
        deadline = time.monotonic() + seconds
        connection.set_progress_handler(lambda: time.monotonic() > deadline, steps)
        damage, whole = None, True
        try:
            [(said,)] = connection.execute("PRAGMA quick_check(1)").fetchall()
            damage = None if said == "ok" else str(said)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise files.explain(error, path) from error
            whole = False
        except sqlite3.DatabaseError as error:
            damage = str(error)
        connection.set_progress_handler(None, 0)
        last = None
        if version and not damage:
            [(last,)] = connection.execute("SELECT max(id) FROM deliveries")
        return Condition(version, damage, whole, last or 0)


def usable(path: Path) -> bool:
    """Whether a file can be read as it is: one that is older would be brought up to date by that."""
    try:
        with closing(files.connect_to_read(path)) as connection:
            return migrations.recognize(connection, path=path) == migrations.VERSION
    except WhcliError:
        return False


def modes(path: Path) -> dict[str, int]:
    """The mode of a database and of the files that SQLite keeps beside it."""
    there = (path.with_name(path.name + suffix) for suffix in SUFFIXES)
    return {str(each): each.stat().st_mode & 0o777 for each in there if each.exists()}


def file_system(path: Path, mounts: Path = Path("/proc/self/mounts")) -> str | None:
    """The kind of the file system that a path is on (proc_pid_mounts(5)); None where there is no such list."""
    try:
        lines = mounts.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    return _kind_of(path.absolute(), (line.split(" ")[1:3] for line in lines))


def _kind_of(path: Path, mounts: Iterable[list[str]]) -> str | None:
    """The last of the mounts that go deepest towards a path: it lies above the others."""
    found: tuple[int, str | None] = (0, None)
    for place, kind in mounts:
        folder = Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place))  # a blank is \040
        if path.is_relative_to(folder) and len(folder.parts) >= found[0]:
            found = len(folder.parts), kind
    return found[1]
