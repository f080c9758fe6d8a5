"""The store: deliveries, verdicts and attempts in one SQLite file, private to the user.

Reading, and the writes of commands, are here: synchronous and short. What a sender waits for goes through
`whcli.store.writer`.
"""

import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, Self

from whcli.errors import NotFound
from whcli.filters import ALL, Filter
from whcli.http import HELD
from whcli.model import Attempt, Delivery, Gap, Record, TunnelState, Verdict
from whcli.store import files, kinds, migrations, queries, rows, search, tunnels

PIECE = 1 << 20
FIRST_AT_ONCE, MOST_AT_ONCE = 20, 1000
"""Deliveries that one statement looks at, of those that an index names."""
AHEAD = 16
"""Deliveries read ahead: as many bodies may be held, of 1 MiB at most."""
MOST_ATTEMPTS = 100
"""Of one delivery, that are read at once: it may have been replayed any number of times."""
NEWEST_FIRST = "d.received_at DESC, d.id DESC"


class StoredBody:
    """A body that stays in the store until it is read, by pieces."""

    __slots__ = ("_connection", "_delivery_id", "_size")

    def __init__(self, connection: sqlite3.Connection, delivery_id: int, size: int) -> None:
        self._connection = connection
        self._delivery_id = delivery_id
        self._size = size

    def __len__(self) -> int:
        return self._size

    def pieces(self) -> Iterator[bytes]:
        """The bytes in order, a MiB at a time; raises NotFound when the delivery has been pruned meanwhile."""
        try:
            blob = self._connection.blobopen("deliveries", "body", self._delivery_id, readonly=True)
        except sqlite3.OperationalError as error:
            raise NotFound(f"delivery {self._delivery_id} is no longer stored") from error
        with blob:
            while piece := blob.read(PIECE):
                yield piece


class Announcement(NamedTuple):
    """A listener on this database, as it announced itself."""

    pid: int
    url: str
    public_url: str | None
    started_at: datetime


class Store:
    """The database behind every command. Close it, or use it in a `with`."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._connection = connection
        self._file = files.identity(path)
        queries.prepare(connection)

    @property
    def moved(self) -> bool:
        """Whether the file was made, removed or put in place of another since this was opened."""
        return files.identity(self.path) != self._file

    @classmethod
    def to_write(cls, path: Path) -> "Store":
        """Open a file for reading and writing; made when missing, brought up to date when older."""
        return cls(migrations.open_to_write(path), path)

    @classmethod
    def to_read(cls, path: Path) -> "Store":
        """Open a file for reading. One that is not there is as good as empty, and is not made."""
        if not path.exists():
            connection = sqlite3.connect(":memory:", isolation_level=None)
            migrations.migrate(connection)
            return cls(connection, path)
        connection = files.connect_to_read(path)
        if migrations.recognize(connection, path=path) < migrations.VERSION:
            connection.close()
            return cls.to_write(path)
        return cls(connection, path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._connection.close()

    # Reading

    def records(
        self,
        wanted: Filter = ALL,
        *,
        limit: int | None = None,
        after: int | None = None,
        until: int | None = None,
        oldest_first: bool = False,
    ) -> Iterator[Record]:
        """Deliveries that match, newest first, each as soon as it is found; their bodies are read when asked for.

        `after` and `until` are ids: only later ones, and none later. With `oldest_first`, in the order of storing.
        """
        limit = sys.maxsize if limit is None else min(limit, sys.maxsize)
        if not oldest_first and after is None and (found := self._candidates(wanted, until)) is not None:
            yield from islice(found, limit)
            return
        condition, values = queries.condition(wanted)
        if after is not None:
            condition, values = f"d.id > ? AND {condition}", [after, *values]
        if until is not None:
            condition, values = f"d.id <= ? AND {condition}", [until, *values]
        source = queries.RECORDS_BY_TIME if after is None and not oldest_first else queries.RECORDS_BY_ID
        order = "d.id" if oldest_first else NEWEST_FIRST
        yield from self._records(f"{source} WHERE {condition} ORDER BY {order} LIMIT ?", [*values, limit])

    def _candidates(self, wanted: Filter, until: int | None) -> Iterator[Record] | None:
        """Records by an index, where one can help: that of texts, or those of kinds."""
        last = sys.maxsize if until is None else until
        if wanted.search and search.exists(self._connection) and (question := search.candidates(wanted.search)):
            indexed = search.last_id(self._connection)
            # What is newer than the index is looked into, each of it.
            newer = self.records(wanted, after=indexed, until=until)
            older = search.find(self._connection, question, until=min(last, indexed))
            return chain(newer, self._of_ids(older, wanted))
        ids = kinds.newest(self._query, wanted)
        return None if ids is None else self._of_ids((id_ for id_ in ids if id_ <= last), wanted)

    def _of_ids(self, ids: Iterator[int], wanted: Filter) -> Iterator[Record]:
        """Those of the ids that match, in their order; a few are looked at first, then more at once."""
        condition, values = queries.condition(wanted)
        sql = f"{queries.RECORDS_OF_IDS} WHERE {condition}"
        size = FIRST_AT_ONCE
        while some := list(islice(ids, size)):
            yield from self._records(sql, [json.dumps(some), *values])
            size = min(2 * size, MOST_AT_ONCE)

    def _records(self, sql: str, values: Sequence[Any]) -> Iterator[Record]:
        for row in self._query(sql, values):
            yield rows.to_record(row, StoredBody(self._connection, row[0], row[12]))

    def record(self, delivery_id: int) -> Record:
        """One delivery with its body, unless that is long; raises NotFound."""
        sql = f"{queries.RECORDS} WHERE d.id = ?"
        for row in self._query(sql, [delivery_id]):
            body = StoredBody(self._connection, row[0], row[12])
            return rows.to_record(row, b"".join(body.pieces()) if len(body) <= HELD else body)
        raise NotFound(f"there is no delivery {delivery_id}", hint="whcli list shows those there are")

    def deliveries(self, ids: Iterable[int]) -> Iterator[Delivery]:
        """Deliveries in the order of their ids, each with its body, unless that is long; raises NotFound.

        Nothing of what is thought of them is read. A few are read ahead, which costs less than one by one.
        """
        ahead = iter(ids)
        while some := list(islice(ahead, AHEAD)):
            found = {row[0]: row for row in self._query(queries.DELIVERIES, [json.dumps(some)])}
            for id_ in some:
                if (row := found.get(id_)) is None:
                    raise NotFound(f"there is no delivery {id_}", hint="whcli list shows those there are")
                body = StoredBody(self._connection, id_, row[12]) if row[13] is None else row[13]
                yield rows.to_delivery(row, body)

    def delivery(self, delivery_id: int) -> Delivery:
        """One delivery in the same way; raises NotFound."""
        return next(self.deliveries([delivery_id]))

    def newest(self, count: int) -> list[int]:
        """The ids of the last deliveries stored, newest first."""
        return [row[0] for row in self._query("SELECT id FROM deliveries ORDER BY id DESC LIMIT ?", [count])]

    def last_id(self) -> int:
        """The highest id given so far, 0 for none."""
        return next((row[0] for row in self._query("SELECT max(id) FROM deliveries")), 0) or 0

    def ids_between(self, first: int, last: int) -> list[int]:
        """The ids there are from `first` to `last`."""
        return [row[0] for row in self._query("SELECT id FROM deliveries WHERE id BETWEEN ? AND ?", [first, last])]

    def ids_of_event(self, beginning: str, *, limit: int = 20) -> list[tuple[str, int]]:
        """Event ids that begin so, each with its newest delivery; a whole one comes first."""
        # Step by step, for a million may begin so. Text is compared byte by byte: all that is in the range begins so.
        sql = "SELECT event_id FROM deliveries WHERE event_id %s ? AND event_id < ? ORDER BY event_id LIMIT 1"
        newest = "SELECT event_id, max(id) FROM deliveries WHERE event_id = ?"
        end = beginning + "\U0010ffff"
        found: list[tuple[str, int]] = []
        step = list(self._query(sql % ">=", [beginning, end]))
        while step and len(found) < limit:
            found += self._query(newest, step[0])
            step = list(self._query(sql % ">", [found[-1][0], end]))
        return found

    def verdicts(self, delivery_id: int) -> list[Verdict]:
        """Every verdict on a delivery, oldest first."""
        columns = "outcome, reason, cause, fix, signed_at, secret_label"
        sql = f"SELECT {columns} FROM verdicts WHERE delivery_id = ? ORDER BY number"
        return [rows.to_verdict(row) for row in self._query(sql, [delivery_id])]

    def attempts(self, delivery_id: int, *, limit: int = MOST_ATTEMPTS) -> list[Attempt]:
        """The last attempts for a delivery, oldest first; `attempts_of` tells whether there are more."""
        sql = f"SELECT id, {rows.ATTEMPT_COLUMNS} FROM attempts WHERE delivery_id = ? ORDER BY id DESC LIMIT ?"
        size = next(iter(self._query("SELECT length(body) FROM deliveries WHERE id = ?", [delivery_id])), (0,))[0]
        body = StoredBody(self._connection, delivery_id, size)
        return [rows.to_attempt(row, body) for row in self._query(sql, [delivery_id, limit])][::-1]

    def attempts_of(self, delivery_id: int) -> int:
        """How many attempts there are for a delivery."""
        sql = "SELECT count(*) FROM attempts WHERE delivery_id = ?"
        return next((int(row[0]) for row in self._query(sql, [delivery_id])), 0)

    def last_target(self, delivery_id: int) -> str | None:
        """Where a delivery went last."""
        sql = "SELECT target FROM attempts WHERE delivery_id = ? ORDER BY id DESC LIMIT 1"
        return next((row[0] for row in self._query(sql, [delivery_id])), None)

    def listeners(self) -> list[Announcement]:
        """Listeners that announced themselves, newest first; one that was killed is still among them."""
        sql = "SELECT pid, url, public_url, started_at FROM listeners ORDER BY started_at DESC"
        return [Announcement(pid, url, public, rows.when(at)) for pid, url, public, at in self._query(sql)]

    # Writing

    def add_attempts(self, attempts: Iterable[Attempt]) -> list[Attempt]:
        """Add attempts in one commit; gives them with their ids."""
        added = list(attempts)
        if not added:
            return []
        with self._transaction():
            ids = rows.insert_attempts(self._connection, added)
        return [Attempt(id_, *attempt[1:]) for id_, attempt in zip(ids, added, strict=True)]

    def index(self) -> Iterator[int]:
        """Bring the index for text search up to date, made when it is missing; gives how many were added each time."""
        try:
            search.create(self._connection)
            yield from search.update(self._connection)
        except sqlite3.Error as error:
            raise files.explain(error, self.path) from error

    def drop_index(self) -> None:
        """Take the index for text search away."""
        search.drop(self._connection)

    def unindexed(self) -> int:
        """How far the index is behind, in ids; all of them where there is none."""
        return self.last_id() - (search.last_id(self._connection) if search.exists(self._connection) else 0)

    def announce(self, listener: Announcement) -> None:
        """Say that a listener answers at its URL."""
        with self._transaction():
            sql = "INSERT OR REPLACE INTO listeners (pid, url, public_url, started_at) VALUES (?, ?, ?, ?)"
            self._connection.execute(sql, [*listener[:3], rows.micros(listener.started_at)])

    def withdraw(self, url: str) -> None:
        """Take such an announcement back; a file put in the place of the one that holds it has none."""
        if self.moved:
            return
        with self._transaction():
            self._connection.execute("DELETE FROM listeners WHERE url = ?", [url])

    def add_tunnel_state(self, state: TunnelState, *, listener: int) -> None:
        """Add what became of a tunnel; `listener` is the id of this process."""
        with self._transaction():
            self._connection.execute(tunnels.INSERT, tunnels.row(state, listener))

    def gaps(self) -> list[Gap]:
        """The times in which a tunnel was down, oldest first."""
        return sorted(tunnels.gaps(self._query(tunnels.ALL)), key=lambda gap: gap.began_at)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise files.explain(error, self.path) from error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def _query(self, sql: str, values: Sequence[Any] = ()) -> Iterator[rows.Row]:
        try:
            for row in self._connection.execute(sql, values):  # noqa: UP028 - `yield from` would close the cursor
                yield row  # of a reader that stopped early, when the connection may be closed already
        except UnicodeEncodeError:  # bytes of the command line that are no text: in no row
            return
        except sqlite3.Error as error:
            raise files.explain(error, self.path) from error
