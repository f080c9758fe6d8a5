"""What was acknowledged is on disk: under kill -9, a full disk, a lock, a file that cannot be written."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sqlite3
import stat
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.client import Client, Reply, ask, request
from tests.process import Home, Process
from tests.storm import storm
from whcli.errors import StoreError
from whcli.http import HELD, Headers, Request
from whcli.model import Delivery, Verdict
from whcli.store import Store, migrations, rows
from whcli.store.writer import Answer, Stored, Writer

NOW = datetime(2026, 11, 23, 14, 2, 11, tzinfo=UTC)
UNCHECKED = Verdict("unchecked", "No secret is known.")


def delivery(number: int, *, event_type: str | None = None) -> Delivery:
    body = b"%d" % number
    return Delivery(
        id=0,
        received_at=NOW,
        endpoint="/",
        request=Request("POST", "http://127.0.0.1/", Headers([(b"X-A", b"\xff")]), body),
        body_sha256=bytes(32),
        event_type=event_type,
    )


def test_nothing_acknowledged_is_lost_to_kill_9(tmp_path: Path):
    found = storm(tmp_path, kills=6, acknowledged=4000)
    assert found.acknowledged >= 4000
    assert (found.lost, found.doubled, found.integrity) == ([], 0, "ok")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which alone sees the order")
def test_an_answer_leaves_after_the_disk_has_it(home: Home):
    calls = "trace=fsync,fdatasync,read,recvfrom,recvmsg,write,writev,sendto,sendmsg"
    trace = home.folder / "trace"
    listener = home.listen(before=("strace", "-f", "-qq", "-s", "64", "-e", calls, "-o", str(trace)))
    with Client(listener.port) as client:
        for number in range(20):
            assert client.send(request(b"POST", b"/order/%d" % number)).reply().status == 200
    os.kill(listener.ready["pid"], signal.SIGTERM)
    assert listener.wait() == 0
    on_disk = False
    answers = 0
    for line in trace.read_text("utf-8", "replace").splitlines():
        if "POST /order/" in line:
            on_disk = False
        elif "sync" in line and line.endswith("= 0"):
            on_disk = True
        elif '"HTTP/1.1 200' in line:
            answers += 1
            assert on_disk, line
    assert answers == 20


# Faults of the disk. Each is a context in which nothing can be stored; after it, everything works again.


@contextmanager
def limited(home: Home, listener: Process) -> Iterator[None]:
    """No file may grow (RLIMIT_FSIZE)."""
    usual = resource.prlimit(listener.pid, resource.RLIMIT_FSIZE)
    size = max(each.stat().st_size for each in home.db.parent.iterdir())
    resource.prlimit(listener.pid, resource.RLIMIT_FSIZE, (size, usual[1]))
    yield
    resource.prlimit(listener.pid, resource.RLIMIT_FSIZE, usual)


@contextmanager
def full(home: Home, listener: Process) -> Iterator[None]:  # noqa: ARG001 - the same for each fault
    """No block is left on the disk."""
    ballast = home.db.parent / "ballast"
    with ballast.open("wb", 0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    ballast.unlink()


@contextmanager
def read_only(home: Home, listener: Process) -> Iterator[None]:  # noqa: ARG001 - the same for each fault
    """The file has been put back from a backup, and belongs to somebody else."""
    copy = home.folder / "copy"
    with closing(sqlite3.connect(home.db)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    for rest in ("-wal", "-shm"):
        home.db.with_name(home.db.name + rest).unlink(missing_ok=True)
    copy.replace(home.db)
    home.db.chmod(0o400)
    if MOUNTS:  # which permissions do not hold back
        mount("--bind", home.db, home.db)
        mount("-o", "remount,ro,bind", home.db)
    yield
    if MOUNTS:
        subprocess.run(["umount", "-l", home.db], check=True)
    home.db.chmod(0o600)


def mount(*words: object) -> bool:
    return subprocess.run(["mount", *map(str, words)], capture_output=True, check=False).returncode == 0


def may_mount() -> bool:
    """The superuser may, unless in a container."""
    if os.geteuid() != 0 or shutil.which("mount") is None:
        return False
    with tempfile.TemporaryDirectory() as probe:
        done = mount("-t", "tmpfs", "-o", "size=64k", "tmpfs", probe)
        if done:
            subprocess.run(["umount", probe], check=True)
    return done


MOUNTS = may_mount()
Fault = Callable[[Home, Process], object]


@pytest.fixture(params=[limited, read_only, *([full] if MOUNTS else [])], ids=lambda fault: fault.__name__)
def fault(request: pytest.FixtureRequest, home: Home) -> Iterator[Fault]:
    """Each of them; a full disk is one of its own, where that can be had."""
    small = request.param is full
    if small:
        home.db.parent.mkdir(mode=0o700)
        assert mount("-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", home.db.parent)
    yield request.param
    home.close()
    if small:
        subprocess.run(["umount", "-l", home.db.parent], check=True)


def refused(reply: Reply) -> bool:
    """Is it a refusal that says why, and when to come again?"""
    return reply.status == 503 and bool(reply.json["error"]) and int(reply.header("Retry-After") or 0) > 0


def test_what_cannot_be_stored_is_not_acknowledged(home: Home, fault: Fault):
    listener = home.listen()
    small, long = request(body=b"x" * 20_000), request(body=b"y" * (HELD + 1))
    with Client(listener.port) as client:
        accepted = [client.send(small).reply().json["id"] for _ in range(5)]
        with fault(home, listener):  # type: ignore[attr-defined]
            replies = [client.send(small).reply() for _ in range(200)]
            kept = [reply.json["id"] for reply in replies if reply.status == 200]
            accepted += kept  # the log may have had room for some
            assert all(reply.status == 200 or refused(reply) for reply in replies)
            assert refused(replies[-1])
            assert refused(ask(listener.port, long))
            assert ask(listener.port, b"GET /health HTTP/1.1\r\nHost: h\r\n\r\n").status == 200
        accepted += [client.send(small).reply().json["id"] for _ in range(5)]
    accepted.append(ask(listener.port, long).json["id"])
    assert listener.stop() == 0
    said = listener.stderr.splitlines()
    assert 1 <= len(said) < 10
    assert all(line.startswith("refused with 503") for line in said)
    assert any(str(home.db) in line for line in said)
    assert [each["id"] for each in home.run("list", "-n", "0", "--json").objects][::-1] == accepted
    with closing(sqlite3.connect(home.db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed, which alone makes calls fail")
@pytest.mark.parametrize("fault", ["pwrite64:error=ENOSPC:when=40+31", "fdatasync:error=EIO:when=10+7"])
def test_each_write_of_a_commit_may_fail_once(home: Home, fault: str):
    home.listen().stop()  # so that there is a database: it is the commits that are to fail, now here, now there
    listener = home.listen(before=("strace", "-f", "-qq", "-e", f"inject={fault}", "-e", "status=none"))
    with Client(listener.port) as client:
        replies = [client.send(request(body=b"x" * 3000)).reply() for _ in range(100)]
    accepted = [reply.json["id"] for reply in replies if reply.status == 200]
    assert len(accepted) > 50
    assert 1 < sum(map(refused, replies)) == 100 - len(accepted)
    os.kill(listener.ready["pid"], signal.SIGTERM)
    assert listener.wait() == 0
    assert [each["id"] for each in home.run("list", "-n", "0", "--json").objects][::-1] == accepted


def test_another_writer_is_waited_for_but_not_for_ever(home: Home):
    listener = home.listen()
    with closing(sqlite3.connect(home.db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        replies: list[Reply] = []
        senders = [
            threading.Thread(target=lambda: replies.append(ask(listener.port, request(body=b"early"))))
            for _ in range(5)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        assert all(refused(reply) for reply in replies)
        assert "locked" in replies[0].json["error"]
        with Client(listener.port) as client:
            client.send(request(body=b"patient"))
            other.execute("ROLLBACK")
            assert client.reply().status == 200
    assert [each["body_size"] for each in home.run("list", "--json").objects] == [len(b"patient")]


# One batch, the file, and its history


IMPOSSIBLE = {
    "half a character": delivery(0, event_type="\ud800"),
    "a time beyond the calendar's end": delivery(0)._replace(received_at=None),  # type: ignore[arg-type]
    "no body": delivery(0)._replace(request=Request("POST", "http://127.0.0.1/", Headers(), None)),  # type: ignore[arg-type]
    "an endpoint that is none": delivery(0)._replace(endpoint=None),  # type: ignore[arg-type]
    "a number too large": delivery(0)._replace(event_type=1 << 70),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("bad", IMPOSSIBLE.values(), ids=IMPOSSIBLE)
def test_an_impossible_row_costs_its_neighbours_nothing(tmp_path: Path, bad: Delivery):
    answers: list[tuple[int, Answer]] = []
    writer = Writer(tmp_path / "whcli.db")
    batch = [delivery(number) for number in range(100)]
    batch[37] = bad
    writer.submit(
        [
            (each, UNCHECKED, lambda answer, number=number: answers.append((number, answer)))
            for number, each in enumerate(batch)
        ]
    )
    writer.close()
    assert sorted(number for number, _ in answers) == list(range(100))
    failed = {number: answer for number, answer in answers if isinstance(answer, StoreError)}
    assert list(failed) == [37]
    with Store.to_read(tmp_path / "whcli.db") as store:
        for number, answer in answers:
            if number != 37:
                assert isinstance(answer, Stored)
                assert store.record(answer.id).delivery.request.body == b"%d" % number
                assert store.verdicts(answer.id) == [UNCHECKED]
        assert len(store.newest(1000)) == 99


def test_the_database_is_private_to_its_user(home: Home):
    listener = home.listen(limit=lambda: os.umask(0) and None)
    assert ask(listener.port, request(body=b"z" * (HELD + 1))).status == 200
    found = {each.name: stat.S_IMODE(each.stat().st_mode) for each in home.db.parent.iterdir()}
    assert found == {"whcli.db": 0o600, "whcli.db-wal": 0o600, "whcli.db-shm": 0o600}
    assert stat.S_IMODE(home.db.parent.stat().st_mode) == 0o700


def older(path: Path, steps: int) -> None:
    """A file as an earlier whcli left it, with a delivery in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        migrations.migrate(connection, steps=steps)
        stored = delivery(7, event_type="order.created")
        assert isinstance(stored.request.body, bytes)
        connection.execute(
            rows.insert("deliveries", rows.DELIVERY_COLUMNS), rows.delivery_row(stored, stored.request.body)
        )
        connection.execute(rows.insert("verdicts", rows.VERDICT_COLUMNS), rows.verdict_row(UNCHECKED, 1, 1))


@pytest.mark.parametrize("steps", range(1, migrations.VERSION))
@pytest.mark.parametrize("command", ["list", "listen"])
def test_an_older_file_is_brought_up_to_date_with_its_rows(home: Home, steps: int, command: str):
    home.db.parent.mkdir()
    older(home.db, steps)
    if command == "listen":
        listener = home.listen()
        assert ask(listener.port, request()).json["id"] == 2
        assert listener.stop() == 0
    found = home.run("list", "--json").objects[-1]
    assert (found["id"], found["event_type"], found["verdict"]["outcome"]) == (1, "order.created", "unchecked")
    with closing(sqlite3.connect(home.db)) as connection:
        assert migrations.version(connection) == migrations.VERSION
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize(
    "command", ["list", "show last", "tail", "replay last --to 1", "forward --to 1", "listen --port 0"]
)
@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_a_newer_file_is_refused_and_left_alone(home: Home, command: str, journal: str):
    home.db.parent.mkdir()
    newer = migrations.VERSION + 1
    with closing(sqlite3.connect(home.db)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE deliveries (id INTEGER PRIMARY KEY, tomorrow TEXT)")
        connection.execute(f"PRAGMA user_version = {newer}")
        connection.commit()
    before = home.db.read_bytes()
    said = home.run(*command.split(), code=1)
    assert f"version {newer}" in said.stderr
    assert f"up to {migrations.VERSION}" in said.stderr
    assert "Traceback" not in said.stderr
    assert home.db.read_bytes() == before


@pytest.mark.parametrize("command", ["list", "tail", "listen --port 0"])
def test_another_programs_database_is_left_alone(home: Home, command: str):
    home.db.parent.mkdir()
    with closing(sqlite3.connect(home.db)) as connection:
        connection.execute("CREATE TABLE users (x)")
        connection.commit()
    before = home.db.read_bytes()
    assert "another program's database" in home.run(*command.split(), code=2).stderr
    assert home.db.read_bytes() == before
