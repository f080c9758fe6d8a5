"""A listener that is killed under load again and again, and the account of what it had acknowledged."""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from tests.client import Client, request
from tests.process import Home

SENDERS = 8
AHEAD = 8
"""Requests that a sender has under way on its connection."""


class Account(NamedTuple):
    """What was promised, and what is there."""

    acknowledged: int
    kills: int
    stored: int
    lost: list[int]
    """Ids that were acknowledged and are not there, or not with the body that was sent."""
    doubled: int
    """Ids that were given twice."""
    integrity: str
    seconds: float


class Promises:
    """Each acknowledged id with the digest of its body, as senders report them."""

    def __init__(self) -> None:
        self.given: dict[int, bytes] = {}
        self.doubled = 0
        self._lock = threading.Lock()

    def note(self, id_: int, body: bytes) -> None:
        with self._lock:
            self.doubled += id_ in self.given
            self.given[id_] = hashlib.sha256(body).digest()


def storm(folder: Path, *, kills: int, acknowledged: int, told: Callable[[str], None] = lambda _: None) -> Account:
    """Kill a listener so often, each time after its share of acknowledged deliveries, and take stock."""
    home = Home(folder)
    promises = Promises()
    began = time.monotonic()
    for number in range(1, kills + 1):
        listener = home.listen()
        over = threading.Event()
        senders = [
            threading.Thread(target=_send, args=(listener.port, promises, b"%d.%d" % (number, each), over))
            for each in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        while len(promises.given) < acknowledged * number / kills and listener.alive:
            time.sleep(0.002)
        listener.kill()
        over.set()
        for sender in senders:
            sender.join()
        told(f"{number} of {kills} kills, {len(promises.given)} acknowledged, {promises.doubled} ids given twice")
    return _account(home.db, promises, kills, time.monotonic() - began)


def _send(port: int, promises: Promises, name: bytes, over: threading.Event) -> None:
    """Send until the listener is gone; note what it acknowledged."""
    number = 0
    try:
        with Client(port) as client:
            while not over.is_set():
                bodies = [
                    b'{"from":"%b","number":%d}' % (name, number + each) * (1 + each % 3) for each in range(AHEAD)
                ]
                number += AHEAD
                client.send(*(request(body=body) for body in bodies))
                for body in bodies:
                    reply = client.reply()
                    if reply.status == 200:
                        promises.note(reply.json["id"], body)
    except (ConnectionError, TimeoutError):
        return


def _account(db: Path, promises: Promises, kills: int, seconds: float) -> Account:
    with closing(sqlite3.connect(db)) as connection:
        found = {}
        stored = 0
        for id_, body in connection.execute("SELECT id, body FROM deliveries"):
            found[id_] = hashlib.sha256(body).digest()
            stored += 1
        integrity = connection.execute("PRAGMA integrity_check").fetchone()[0]
        unjudged = connection.execute(
            "SELECT count(*) FROM deliveries WHERE id NOT IN (SELECT delivery_id FROM verdicts)"
        ).fetchone()[0]
    assert stored == len(found)
    assert unjudged == 0, "a delivery and its verdict are one commit"
    lost = [id_ for id_, digest in promises.given.items() if found.get(id_) != digest]
    return Account(len(promises.given), kills, stored, lost, promises.doubled, integrity, seconds)
