"""The schema, in numbered steps that are only ever added to.

`PRAGMA user_version` counts the steps a file has seen. An older file is brought up to date with its rows kept;
a newer one is refused. sqlite-utils is loaded here alone, so that a command that finds the file up to date does
not pay for it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from whcli.errors import NotOurs, StoreError
from whcli.store import files
from whcli.store.kinds import IS_GOOD

if TYPE_CHECKING:
    from sqlite_utils import Database


def _tables(db: Database) -> None:
    """Three tables that are only added to: what came, what we think of it, what we sent.

    Bodies stand last, so that lists need not read past them. An id is one more than the last, so that the newest
    delivery has to stay when others are pruned: AUTOINCREMENT would write a page more in each commit. A verdict has
    no life beside its delivery, so it is kept in that order, without an index more.
    """
    db.execute(
        "CREATE TABLE deliveries (id INTEGER PRIMARY KEY, received_at INTEGER NOT NULL,"
        " endpoint TEXT NOT NULL, origin TEXT NOT NULL, provider TEXT, event_type TEXT, event_id TEXT, remote TEXT,"
        " method TEXT NOT NULL, url TEXT NOT NULL, headers BLOB NOT NULL, body_sha256 BLOB NOT NULL,"
        " body BLOB NOT NULL)"
    )
    db.execute(
        "CREATE TABLE verdicts (delivery_id INTEGER NOT NULL REFERENCES deliveries(id), number INTEGER NOT NULL,"
        " outcome TEXT NOT NULL, reason TEXT NOT NULL, cause TEXT, fix TEXT, signed_at INTEGER, secret_label TEXT,"
        " PRIMARY KEY (delivery_id, number)) WITHOUT ROWID"
    )
    db.execute(
        "CREATE TABLE attempts (id INTEGER PRIMARY KEY, delivery_id INTEGER REFERENCES deliveries(id),"
        " cause TEXT NOT NULL, number INTEGER NOT NULL, target TEXT NOT NULL, started_at INTEGER NOT NULL,"
        " duration INTEGER NOT NULL, status INTEGER, error TEXT, resigned INTEGER NOT NULL, method TEXT NOT NULL,"
        " url TEXT NOT NULL, request_headers BLOB NOT NULL, request_sha256 BLOB NOT NULL, response_headers BLOB,"
        " response_size INTEGER, response_body BLOB, request_body BLOB)"
    )


def _indexes(db: Database) -> None:
    """What lists are asked for, each in the order that it is shown: all, and a provider's; and what is looked up.

    An event is looked up with all that makes a duplicate: there may be a million of one id, at as many endpoints.
    """
    db["deliveries"].create_index(["received_at"])  # type: ignore[union-attr]  # a table, not a view
    db["deliveries"].create_index(["provider", "received_at", "event_type"])  # type: ignore[union-attr]
    db.execute(
        "CREATE INDEX idx_deliveries_event_id ON deliveries (event_id, provider, endpoint) WHERE event_id IS NOT NULL"
    )
    db["attempts"].create_index(["delivery_id"])  # type: ignore[union-attr]


def _listeners(db: Database) -> None:
    """Who listens on this database now, so that other commands find them."""
    db["listeners"].create(  # type: ignore[union-attr]
        {"pid": int, "url": str, "public_url": str, "started_at": int}, pk="url", not_null={"pid", "started_at"}
    )


def _kinds(db: Database) -> None:
    """Deliveries of a kind beside each other, by time; verdicts and answers that are not good: see `store/kinds.py`."""
    db.execute("DROP INDEX idx_deliveries_provider_received_at_event_type")
    db.execute("CREATE INDEX idx_deliveries_kind ON deliveries (provider, event_type, endpoint, received_at)")
    db.execute(f"CREATE INDEX idx_verdicts_bad ON verdicts (outcome, delivery_id) WHERE NOT {IS_GOOD['verdicts']}")
    db.execute(f"CREATE INDEX idx_attempts_bad ON attempts (status, delivery_id) WHERE NOT {IS_GOOD['attempts']}")


def _tunnels(db: Database) -> None:
    """Every change of a tunnel, only added to: the gaps in which nothing could come are read off it."""
    db.execute(
        "CREATE TABLE tunnel_states (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, tunnel TEXT NOT NULL,"
        " state TEXT NOT NULL, public_url TEXT, checked INTEGER NOT NULL, reason TEXT, slug TEXT,"
        " listener INTEGER NOT NULL)"
    )


STEPS: tuple[Callable[[Database], None], ...] = (_tables, _indexes, _listeners, _kinds, _tunnels)
VERSION = len(STEPS)


def version(connection: sqlite3.Connection) -> int:
    """How many steps this file has seen."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def recognize(connection: sqlite3.Connection, *, path: object) -> int:
    """Give the file's version. Raises StoreError for a file of another program, or of a newer whcli."""
    found = version(connection)
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if tables and ("deliveries" not in tables or found == 0):
        raise NotOurs(
            f"{path} is another program's database", hint="name another file with --db PATH; this one was not touched"
        )
    if found > VERSION:
        raise StoreError(
            f"{path} has version {found} of the database; this whcli knows versions up to {VERSION}",
            hint="update whcli, or name another file with --db PATH",
        )
    return found


def migrate(connection: sqlite3.Connection, *, path: object = ":memory:", steps: int = VERSION) -> None:
    """Take the steps that a file has not seen yet, each whole or not at all; other processes wait meanwhile."""
    if recognize(connection, path=path) >= steps:
        return
    from sqlite_utils import Database

    db = Database(connection, execute_plugins=False)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for number in range(version(connection), steps):  # read again: another process may have been first
            STEPS[number](db)
            connection.execute(f"PRAGMA user_version = {number + 1}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_to_write(path: Path) -> sqlite3.Connection:
    """Open a database to write to: made when missing, brought up to date when older. Raises StoreError."""
    files.create(path)
    connection = files.connect(path, accept=partial(recognize, path=path))
    try:
        migrate(connection, path=path)
    except sqlite3.Error as error:
        raise files.explain(error, path) from error
    return connection
