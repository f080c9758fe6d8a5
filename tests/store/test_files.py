"""A database that cannot be brought up to date is told of as such."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from whcli.errors import StoreError
from whcli.store import Store, migrations


def test_a_step_that_fails_is_told_of_and_taken_back(tmp_path: Path) -> None:
    path = tmp_path / "whcli.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.migrate(connection, steps=1)
        connection.execute("CREATE INDEX idx_deliveries_received_at ON deliveries (received_at)")
    with pytest.raises(StoreError, match=r"whcli\.db"):
        Store.to_write(path)
    with closing(sqlite3.connect(path)) as connection:
        assert migrations.version(connection) == 1
