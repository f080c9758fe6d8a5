"""What a listener holds: after many deliveries, during huge bodies, and with idle connections."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from benches import load, processes
from benches.measure import Goal, Setting, in_turns, ratios

DELIVERIES = 100_000
HUGE = 100_000_000
"""Bytes."""
IDLE = 5000
"""Connections."""
PIECE = 1 << 20


def run(setting: Setting) -> None:
    """Resident memory after 100,000 deliveries, and after as many again; huge bodies; idle connections."""
    _many(setting)
    _huge(setting)
    _idle(setting)


def _many(setting: Setting) -> None:
    db = setting.folder / "memory.db"
    report = setting.report
    with processes.listening(db) as listener:
        first = listener.memory()
        marks: list[float] = []
        deadline = time.monotonic() + 300
        for goal in (DELIVERIES // 10, DELIVERIES, 2 * DELIVERIES):
            while processes.rows(db) < goal and time.monotonic() < deadline:
                load.put(listener.port, connections=32, seconds=2, secret=processes.SECRET)
            marks.append(listener.memory())
    report.figure("resident at the start", [first], unit="MB")
    report.figure(f"after {DELIVERIES // 10:,} deliveries", marks[:1], unit="MB")
    report.figure(f"after {DELIVERIES:,} deliveries", [marks[1]], unit="MB", goal=Goal(60))
    report.figure(f"growth over the next {DELIVERIES:,}", [marks[2] - marks[1]], unit="MB", goal=Goal(2))
    processes.remove(db)


def _huge(setting: Setting) -> None:
    """Peaks over what was resident before, as the kernel kept them."""
    db = setting.folder / "huge.db"
    added: dict[int, list[float]] = {1: [], 4: []}
    with processes.listening(db, "--max-body", "200MB") as listener:
        load.put(listener.port, connections=32, seconds=2, secret=processes.SECRET)
        for _ in range(min(setting.rounds, 3)):
            for count, found in added.items():
                before = listener.memory()
                listener.forget_peak()
                _send_huge(setting, listener.port, count)
                found.append(listener.memory("VmHWM") - before)
    report = setting.report
    for count, found in added.items():
        what = "a body of 100 MB adds" if count == 1 else f"{count} of them at once add"
        report.figure(what, found, unit="MB", goal=Goal(20))
    _check_huge(setting, db)
    processes.remove(db)


def _send_huge(setting: Setting, port: int, count: int) -> None:
    answers: list[bytes] = []
    threads = [threading.Thread(target=lambda: answers.append(_huge_request(port))) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for answer in answers:
        if not answer.startswith(b"HTTP/1.1 200"):
            setting.report.wrong(f"a body of 100 MB was answered with {answer[:60]!r}")


def _huge_pieces() -> Iterator[bytes]:
    """A body that no page of is like another, without being held."""
    for number in range(0, HUGE, PIECE):
        yield (b"%016d" % number * (PIECE // 16))[: HUGE - number]


def _huge_request(port: int) -> bytes:
    digest = hmac.new(processes.SECRET.encode(), digestmod=hashlib.sha256)
    for piece in _huge_pieces():
        digest.update(piece)
    head = (
        f"POST /webhook/github HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/octet-stream\r\n"
        f"X-GitHub-Event: push\r\nX-GitHub-Delivery: {time.monotonic_ns()}\r\n"
        f"X-Hub-Signature-256: sha256={digest.hexdigest()}\r\nContent-Length: {HUGE}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
        connection.sendall(head.encode())
        with contextlib.suppress(ConnectionError):  # it may have been refused: the answer says so
            for piece in _huge_pieces():
                connection.sendall(piece)
        return connection.recv(65536)


def _check_huge(setting: Setting, db: Path) -> None:
    digest = hashlib.sha256()
    for piece in _huge_pieces():
        digest.update(piece)
    with contextlib.closing(sqlite3.connect(db)) as connection:
        sql = "SELECT body_sha256, length(body) FROM deliveries WHERE length(body) > 1000000"
        if any(row != (digest.digest(), HUGE) for row in connection.execute(sql)):
            setting.report.wrong("a body of 100 MB was not stored as it was sent")


def _idle(setting: Setting) -> None:
    """Throughput at 32 connections with idle ones beside them, over that of a listener that has none."""
    dbs = [setting.folder / "idle.db", setting.folder / "alone.db"]
    _allow_files()
    with processes.listening(dbs[0]) as crowded, processes.listening(dbs[1]) as alone:
        before = crowded.memory()
        with _kept(crowded.port) as kept:
            report = setting.report
            report.figure(f"{IDLE} idle connections add", [crowded.memory() - before], unit="MB")
            sides = {"idle": _rate(crowded, setting.seconds), "alone": _rate(alone, setting.seconds)}
            found = in_turns(setting.rounds, sides)
            left = sum(_is_open(connection) for connection in kept)
    share = ratios(found["idle"], found["alone"])
    report.figure(f"throughput beside {IDLE} idle connections", share, unit="of alone", goal=Goal(0.95, at_least=True))
    report.note(f"of the {IDLE}, {left} were still open afterwards")
    for db in dbs:
        processes.remove(db)


def _rate(server: processes.Process, seconds: float) -> Callable[[], float]:
    return lambda: load.put(server.port, connections=32, seconds=seconds, secret=processes.SECRET).rate


@contextlib.contextmanager
def _kept(port: int) -> Iterator[list[socket.socket]]:
    """Connections that have sent a request each, and now keep still."""
    kept: list[socket.socket] = []
    try:
        for _ in range(IDLE):
            connection = socket.create_connection(("127.0.0.1", port), timeout=20)
            kept.append(connection)
            connection.sendall(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            connection.recv(65536)
        yield kept
    finally:
        for connection in kept:
            connection.close()


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        return bool(connection.recv(1))
    except BlockingIOError:
        return True
    except OSError:
        return False


def _allow_files() -> None:
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = IDLE + 500 if hard == resource.RLIM_INFINITY else min(hard, IDLE + 500)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
