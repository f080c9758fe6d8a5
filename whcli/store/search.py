"""The optional index behind `--search`: every run of three bytes of headers and bodies, and where it occurs.

A search finds candidates by the index and then looks into each, so it finds exactly what a scan would: a text, byte
for byte, anywhere. What is stored later than the index is scanned. The index is brought up to date apart from the
acknowledging path, in commits so short that a listener beside it hardly waits.
"""

import sqlite3
from collections.abc import Iterator
from heapq import merge

from whcli.errors import StoreError

ROWS = 50
"""Deliveries in one commit: each takes some quarter of a millisecond, during which no one else can write."""
SHORTEST = 3
"""Bytes of a text that the index can help with."""
MOST_RUNS = 16
"""Runs of a text that are asked for; they find few enough candidates."""
LONGEST = 1 << 20
"""Bytes of a body that are indexed; a longer one is always looked into."""

_NUL = str.maketrans({"\0": "\u0100"})


def exists(connection: sqlite3.Connection) -> bool:
    """Whether this file has an index."""
    return connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'search_state'").fetchone() is not None


def create(connection: sqlite3.Connection) -> None:
    """Make an empty index, unless there is one. Raises StoreError where this SQLite cannot."""
    if exists(connection):
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "CREATE VIRTUAL TABLE search USING fts5(text, content = '', tokenize = 'trigram', detail = none,"
            " columnsize = 0)"
        )
        connection.execute("CREATE TABLE search_state (last_id INTEGER NOT NULL)")
        connection.execute("CREATE TABLE search_long (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO search_state VALUES (0)")
        connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise StoreError(f"the index cannot be made: {error}", hint="SQLite 3.34 or later with FTS5 can") from error


def drop(connection: sqlite3.Connection) -> None:
    """Take the index away."""
    connection.execute("BEGIN IMMEDIATE")
    for table in ("search", "search_state", "search_long"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    connection.execute("COMMIT")


def last_id(connection: sqlite3.Connection) -> int:
    """The last delivery in the index."""
    return int(connection.execute("SELECT last_id FROM search_state").fetchone()[0])


def update(connection: sqlite3.Connection) -> Iterator[int]:
    """Add what was stored since, a few deliveries a commit; gives the number added after each."""
    sql = (
        "SELECT id, headers, CASE WHEN length(body) <= ? THEN body END FROM deliveries WHERE id > ? ORDER BY id LIMIT ?"
    )
    while rows := connection.execute(sql, (LONGEST, last_id(connection), ROWS)).fetchall():
        texts = [(id_, _text(headers + b"\n" + body)) for id_, headers, body in rows if body is not None]
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO search (rowid, text) VALUES (?, ?)", texts)
        long = [(id_,) for id_, _, body in rows if body is None]
        connection.executemany("INSERT INTO search_long VALUES (?)", long)
        connection.execute("UPDATE search_state SET last_id = ?", (rows[-1][0],))
        connection.execute("COMMIT")
        yield len(rows)


def find(connection: sqlite3.Connection, question: str, *, until: int) -> Iterator[int]:
    """Ids of deliveries worth looking into, up to one, newest first: what the index finds, and the long ones."""
    found = "SELECT rowid FROM search WHERE search MATCH ? AND rowid <= ? ORDER BY rowid DESC"
    long = "SELECT id FROM search_long WHERE id <= ? ORDER BY id DESC"
    rows = merge(connection.execute(found, (question, until)), connection.execute(long, (until,)), reverse=True)
    return (id_ for (id_,) in rows)


def candidates(text: str) -> str | None:
    """The question to the index for a text; None for one too short for it."""
    raw = text.encode("utf-8", "surrogateescape")
    last = len(raw) - SHORTEST
    if last < 0:
        return None
    step = max(1, -(-(last + 1) // MOST_RUNS))
    runs = dict.fromkeys(_text(raw[start : start + SHORTEST]) for start in [*range(0, last, step), last])
    return " AND ".join('"' + run.replace('"', '""') + '"' for run in runs)


def _text(raw: bytes) -> str:
    """Bytes as characters, one for one, so that the index is of bytes whatever they mean."""
    return raw.decode("latin-1").translate(_NUL)
