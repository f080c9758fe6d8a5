"""The acknowledging path: one thread, one connection, group commit.

Whatever has queued up while the last commit was on its way to the disk goes into the next one: no timer, so a single
sender waits for one commit and no longer, and many share one. A row that cannot be stored costs its neighbours
nothing: a batch that fails is taken back and its rows are tried one by one. The answer to each row is a value or an
exception, never silence.
"""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

from whcli.errors import StoreError
from whcli.http import Body, pieces
from whcli.model import Attempt, Delivery, Verdict
from whcli.store import files, migrations, rows

ROWS = 256
"""Rows in one commit, at most."""
STATEMENT_ROWS = 64
"""Rows in one statement: the interpreter's lock is taken back once a statement, so fewer are better."""


class Stored(NamedTuple):
    """What is on disk now."""

    id: int
    duplicate_of: int | None = None
    """The first delivery of the same event to the same endpoint."""


Answer = Stored | StoreError


Entry = tuple[Delivery | Attempt, Verdict | None, Callable[[Answer], None]]
"""What is to be stored, with its verdict, and what is called once it is on disk, or with the hindrance."""

Answers = list[tuple[Callable[[Answer], None], Answer]]


def call_all(answers: Answers) -> None:
    """Tell each who waits; an error of one of them is raised when all have been told."""
    failed: Exception | None = None
    for done, answer in answers:
        try:
            done(answer)
        except Exception as error:  # noqa: BLE001 - a bug in one must not cost the others their answer
            failed = error
    if failed is not None:
        raise failed


class Writer:
    """Stores deliveries with their verdicts, and attempts, in the order they are given.

    `hand_over` is called on the writer's thread with the answers of each commit and passes them to where they are
    awaited (an event loop); by default they are called right there.
    """

    def __init__(self, path: Path, *, hand_over: Callable[[Answers], None] = call_all) -> None:
        self._path = path
        self._hand_over = hand_over
        self._queue: SimpleQueue[list[Entry] | None] = SimpleQueue()
        self._connection: sqlite3.Connection | None = None
        self._file: tuple[int, int] | None = None
        self._open()
        self._thread = threading.Thread(target=self._run, name="whcli-writer", daemon=True)
        self._thread.start()

    def submit(self, entries: list[Entry]) -> None:
        """Queue entries; `done` of each is called later. Does not block.

        The queue has no bound of its own: a sender has one request under way, and the listener bounds senders.
        """
        self._queue.put(entries)

    def close(self) -> None:
        """Store what is queued, then end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        last = False
        while not last:
            batch: list[Entry] = []
            group = self._queue.get()
            while True:
                if group is None:
                    last = True
                    break
                batch += group
                if len(batch) >= ROWS or self._queue.empty():
                    break
                group = self._queue.get()
            if batch:
                self._hand_over(self._store(batch))
        if self._connection is not None:
            self._connection.close()

    def _store(self, batch: list[Entry]) -> Answers:
        """Small ones share a commit, a long body has one of its own."""
        small = [entry for entry in batch if not _is_long(entry)]
        answers = self._commit(small) if small else []
        for entry in batch:
            if _is_long(entry):
                answers += self._commit([entry])
        return answers

    def _commit(self, batch: list[Entry]) -> Answers:
        try:
            stored = self._transaction(batch)
        except Exception as error:  # noqa: BLE001 - whatever it was, each sender must get an answer
            self._roll_back()
            busy = isinstance(error, sqlite3.Error) and _primary_code(error) == sqlite3.SQLITE_BUSY
            if len(batch) > 1 and not busy:
                return [answer for entry in batch for answer in self._commit([entry])]
            reason = self._explain(error)
            return [(done, reason) for _, _, done in batch]
        return [(done, each) for (_, _, done), each in zip(batch, stored, strict=True)]

    def _transaction(self, batch: list[Entry]) -> Sequence[Stored]:
        connection = self._open()
        connection.execute("BEGIN IMMEDIATE")
        deliveries = [(value, verdict) for value, verdict, _ in batch if isinstance(value, Delivery)]
        done = iter(_insert_deliveries(connection, deliveries))
        stored = [
            Stored(rows.insert_attempt(connection, value)) if isinstance(value, Attempt) else next(done)
            for value, _, _ in batch
        ]
        connection.execute("COMMIT")
        return stored

    def _open(self) -> sqlite3.Connection:
        """The connection; a new one after a failure, or when the file was moved away under us."""
        if self._connection is not None and self._file == files.identity(self._path):
            return self._connection
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._connection = migrations.open_to_write(self._path)
        self._file = files.identity(self._path)
        return self._connection

    def _roll_back(self) -> None:
        if self._connection is None:
            return
        try:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
        except sqlite3.Error:
            self._file = None  # opened anew before the next commit

    def _explain(self, error: Exception) -> StoreError:
        if isinstance(error, StoreError):
            return error
        if isinstance(error, sqlite3.OperationalError | sqlite3.DatabaseError):
            self._file = self._file if _primary_code(error) in _PASSING else None
            return files.explain(error, self._path)
        return StoreError(f"this delivery cannot be stored: {error}")


_PASSING = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_CONSTRAINT)


def _primary_code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _is_long(entry: Entry) -> bool:
    value = entry[0]
    return isinstance(value, Delivery) and not isinstance(value.request.body, bytes)


def _insert_deliveries(connection: sqlite3.Connection, judged: list[tuple[Delivery, Verdict | None]]) -> list[Stored]:
    """Insert deliveries and their verdicts inside a transaction; gives what they became, in order."""
    stored: list[Stored] = []
    while len(stored) < len(judged):
        # Powers of two, so that the statement cache knows each of the few statements there are.
        size = min(STATEMENT_ROWS, 1 << ((len(judged) - len(stored)).bit_length() - 1))
        stored += _insert_chunk(connection, judged[len(stored) : len(stored) + size])
    return stored


def _insert_chunk(connection: sqlite3.Connection, chunk: list[tuple[Delivery, Verdict | None]]) -> list[Stored]:
    size = len(chunk)
    values: list[Any] = []
    for delivery, _ in chunk:
        body = delivery.request.body
        values += rows.delivery_row(delivery, body if isinstance(body, bytes) else b"")
    last = connection.execute(_INSERT_DELIVERIES[size], values).lastrowid
    assert last is not None
    numbered = range(last - size + 1, last + 1)  # the rows of one statement are numbered without a gap
    values = []
    for (delivery, verdict), id_ in zip(chunk, numbered, strict=True):
        if verdict is not None:
            values += rows.verdict_row(verdict, id_, 1)
        if not isinstance(delivery.request.body, bytes):
            _write_body(connection, id_, delivery.request.body)
    if values:
        connection.execute(_INSERT_VERDICTS[len(values) // rows.VERDICT_WIDTH], values)
    known = [cell for (each, _), id_ in zip(chunk, numbered, strict=True) for cell in _event(each, id_)]
    duplicates = dict(connection.execute(_DUPLICATES[size], known).fetchall())
    return [Stored(id_, duplicates.get(id_)) for id_ in numbered]


def _event(delivery: Delivery, id_: int) -> tuple[Any, ...]:
    return (delivery.event_id, delivery.provider, delivery.endpoint, id_)


def _write_body(connection: sqlite3.Connection, id_: int, body: Body) -> None:
    """Copy a long body into its row by pieces, so that it is never whole in memory."""
    connection.execute("UPDATE deliveries SET body = zeroblob(?) WHERE id = ?", (len(body), id_))
    with connection.blobopen("deliveries", "body", id_) as blob:
        for piece in pieces(body):
            blob.write(piece)


_SIZES = [1 << power for power in range(STATEMENT_ROWS.bit_length())]
_INSERT_DELIVERIES = {size: rows.insert("deliveries", rows.DELIVERY_COLUMNS, size) for size in _SIZES}
_EARLIER = (
    "FROM deliveries d WHERE d.event_id = v.column1 AND d.provider IS v.column2 AND d.endpoint = v.column3"
    " AND d.id < v.column4 ORDER BY d.id LIMIT 1"
)
# Most are no duplicates, so most answers are empty, and come in one step.
_DUPLICATES = {
    size: f"SELECT v.column4, (SELECT d.id {_EARLIER}) FROM (VALUES {', '.join(['(?, ?, ?, ?)'] * size)}) v"
    f" WHERE EXISTS (SELECT 1 {_EARLIER})"
    for size in _SIZES
}
_INSERT_VERDICTS = [rows.insert("verdicts", rows.VERDICT_COLUMNS, size) for size in range(STATEMENT_ROWS + 1)]
