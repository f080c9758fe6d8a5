"""The state of a database file, looked at and left as it is."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from whcli.errors import NotOurs, StoreError
from whcli.store import Store, condition
from whcli.store.migrations import VERSION


@pytest.fixture
def db(tmp_path: Path) -> Path:
    path = tmp_path / "whcli.db"
    Store.to_write(path).close()
    return path


def test_a_sound_file(db: Path):
    before = db.read_bytes()
    assert condition.examine(db, seconds=10) == condition.Condition(VERSION, None, True, 0)
    assert db.read_bytes() == before
    assert condition.modes(db) == {str(db): 0o600} | dict.fromkeys(
        (str(db) + suffix for suffix in ("-wal", "-shm") if Path(str(db) + suffix).exists()), 0o600
    )


def test_damage_is_found(db: Path):
    with sqlite3.connect(db) as connection:
        connection.executemany(
            "INSERT INTO listeners VALUES (?, ?, NULL, 1)", ((n, "x" * 200 + str(n)) for n in range(999))
        )
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(db.read_bytes())
    content[-40_000:-20_000] = bytes(20_000)
    db.write_bytes(content)
    found = condition.examine(db, seconds=10)
    assert found.damage
    assert found.last == 0


def test_a_file_too_large_for_the_time_is_said_to_be(db: Path):
    found = condition.examine(db, seconds=-1, steps=1)
    assert not found.whole
    assert found.damage is None


def test_what_is_no_database_of_ours_is_an_error(tmp_path: Path, db: Path):
    text = tmp_path / "text"
    text.write_text("not a database at all\n" * 100)
    with pytest.raises(NotOurs):
        condition.examine(text, seconds=1)
    with sqlite3.connect(db) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.close()
    with pytest.raises(StoreError, match="versions up to"):
        condition.examine(db, seconds=1)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/me/x.db", "nfs4"),
        ("/home/mean/x.db", "ext4"),
        ("/home/me/with blank/x.db", "fuse.sshfs"),
        ("/mnt/over/x.db", "cifs"),
        ("/x.db", "ext4"),
    ],
)
def test_the_file_system_is_that_of_the_deepest_and_last_mount(tmp_path: Path, path: str, kind: str):
    mounts = tmp_path / "mounts"
    mounts.write_text(
        "/dev/sda / ext4 rw 0 0\nserver:/home /home/me nfs4 rw 0 0\nme@box: /home/me/with\\040blank fuse.sshfs rw 0 0\n"
        "/dev/sdb /mnt/over ext4 rw 0 0\n//box/x /mnt/over cifs rw 0 0\n"
    )
    assert condition.file_system(Path(path), mounts) == kind
    assert condition.file_system(Path(path), tmp_path / "none") is None
