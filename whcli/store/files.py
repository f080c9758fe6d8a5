"""The database file: where it may be, who may read it, and how a connection to it is made."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from whcli.errors import NotOurs, StoreError, UsageError

BUSY_SECONDS = 5.0
"""How long a connection waits for another process's write before it gives up."""


def create(path: Path) -> None:
    """Make an empty file that the user alone may read, and its folder likewise, unless they are there.

    The file is made before SQLite sees it: `-wal` and `-shm` copy its mode, so they are private too.
    """
    try:
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True)
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _sync_folder(path.parent)
    except FileExistsError:
        return
    except OSError as error:
        raise StoreError(f"cannot create {path}: {error.strerror}", hint="name another file with --db PATH") from error


def _sync_folder(folder: Path) -> None:
    """See to it that a new name outlives a power cut; where folders cannot be opened, the system does."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def identity(path: Path) -> tuple[int, int] | None:
    """What tells the file that is at a path now from one put in its place later; None where there is none."""
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def connect(path: Path, *, accept: Callable[[sqlite3.Connection], object]) -> sqlite3.Connection:
    """Open a connection for reading and writing: WAL, and every commit on disk before it returns.

    `accept` sees the connection before anything is written, and raises for a file that is to be left alone.
    Raises StoreError, with the cause in words, for what is no database or cannot be written.
    """
    _check(path)
    with _explained(path):
        connection = _open(f"file:{quote(str(path))}?mode=rw")
        accept(connection)
        connection.execute("PRAGMA page_size = 8192")  # of a new file: three usual deliveries fit, of 4096 one would
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            # WAL needs shared memory, which network file systems lack; a rollback journal is as durable.
            connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # macOS: fsync alone stops at the drive's cache
        connection.execute("PRAGMA journal_size_limit = 67108864")
        connection.execute("PRAGMA wal_autocheckpoint = 1000")
    return connection


def connect_to_read(path: Path) -> sqlite3.Connection:
    """Open a connection that cannot write; a file in a read-only folder is read as it stands."""
    _check(path)
    with _explained(path):
        connection = _open(f"file:{quote(str(path))}?mode=ro")
        try:
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
        except sqlite3.OperationalError:
            # WAL wants to write its index beside the file even to read; where it cannot, nobody else writes either.
            connection.close()
            if os.access(path.parent, os.W_OK):
                raise
            connection = _open(f"file:{quote(str(path))}?immutable=1")
            connection.execute("SELECT 1 FROM sqlite_master").fetchone()
    return connection


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise explain(error, path) from error


def explain(error: sqlite3.Error, path: Path) -> StoreError:
    """Say in the user's words what SQLite could not do."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    sentence, hint = _WORDS.get(code, (f"cannot be used: {error}", "run it again with --debug for the whole story"))
    return (NotOurs if code == sqlite3.SQLITE_NOTADB else StoreError)(f"{path} {sentence}", hint=hint)


_WORDS = {
    sqlite3.SQLITE_BUSY: (
        "is locked by another program",
        "end the program that writes to it, or use another --db PATH",
    ),
    sqlite3.SQLITE_LOCKED: ("is locked by another program", "end the program that writes to it"),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "free some space; nothing that was stored is lost"),
    sqlite3.SQLITE_READONLY: ("cannot be written", "check its permissions, or name another file with --db PATH"),
    sqlite3.SQLITE_NOTADB: ("is not a whcli database", "name another file with --db PATH; this one was not touched"),
    sqlite3.SQLITE_CORRUPT: ("is damaged", "keep a copy, then rescue it with: sqlite3 FILE .recover | sqlite3 NEW"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", "check the path and its permissions, or use another --db PATH"),
}


def _check(path: Path) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder, not a database", hint=f"name a file in it: --db {path / 'whcli.db'}")


def _open(uri: str) -> sqlite3.Connection:
    # Transactions are begun by hand (BEGIN IMMEDIATE): a deferred one that turns writer may fail without waiting.
    return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=BUSY_SECONDS, check_same_thread=False)
