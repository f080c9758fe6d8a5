"""A lane to a target outlives what goes wrong on it, and ends when it is told to."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from tests.net.raw import RawServer, answering, hanging
from whcli.actions.capture import Captured
from whcli.actions.forward import Forwarder
from whcli.http import Request
from whcli.model import Attempt, Delivery, Target, Verdict
from whcli.net.sender import Sender
from whcli.store import Store
from whcli.store.writer import Answer, Stored, Writer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
VALID = Verdict("valid", "It holds.")
EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


class Way:
    """A forwarder with its store and writer, and what it said."""

    def __init__(self, path: Path, target: str) -> None:
        self.path = path
        self.said: list[str] = []
        self.attempts: list[Attempt] = []
        self.writer = Writer(path)
        self.forwarder = Forwarder(
            (Target(target),),
            store=partial(Store.to_read, path),
            sender=Sender,
            clock=lambda: datetime.now(UTC),
            submit=self.writer.submit,
            stored=self.attempts.append,
            tell=self.said.append,
        )

    def store(self, name: str) -> Captured:
        """Store a delivery to a path of that name."""
        body = name.encode()
        delivery = Delivery(0, NOW, f"/{name}", Request("POST", f"http://h/{name}", body=body), sha256(body).digest())
        answers: list[Answer] = []
        self.writer.submit([(delivery, VALID, answers.append)])
        wait_for(answers)
        [stored] = answers
        assert isinstance(stored, Stored)
        return Captured(delivery._replace(id=stored.id), VALID, accepted=True)

    def take(self, *names: str) -> None:
        for name in names:
            self.forwarder.take(self.store(name))

    def end(self, seconds: float) -> int:
        """Close all; gives how many deliveries were left."""
        left = self.forwarder.close(seconds)
        self.writer.close()
        return left


def wait_for(things: list[object] | list[Answer] | list[bytes] | list[str], count: int = 1) -> None:
    deadline = time.monotonic() + 5
    while len(things) < count and time.monotonic() < deadline:
        time.sleep(0.005)
    assert len(things) >= count


def lines(sink: RawServer) -> list[bytes]:
    return [raw.partition(b"\r\n")[0] for raw in sink.requests]


@pytest.fixture
def sink() -> Iterator[RawServer]:
    with RawServer(answering(EMPTY)) as server:
        yield server


def test_a_database_put_in_place_of_another_is_read_instead(tmp_path: Path, sink: RawServer) -> None:
    way = Way(tmp_path / "whcli.db", sink.url)
    way.take("one")
    wait_for(sink.requests)
    way.path.rename(tmp_path / "old.db")
    way.take("first", "second")
    assert way.end(5) == 0
    assert lines(sink) == [b"POST /one HTTP/1.1", b"POST /first HTTP/1.1", b"POST /second HTTP/1.1"]
    assert [each.delivery_id for each in way.attempts] == [1, 1, 2]
    assert not way.said


def test_a_delivery_that_is_gone_is_told_of_and_the_next_goes_on(tmp_path: Path, sink: RawServer) -> None:
    way = Way(tmp_path / "whcli.db", sink.url)
    gone = way.store("one")
    way.forwarder.take(gone._replace(delivery=gone.delivery._replace(id=99)))
    way.take("two")
    assert way.end(5) == 0
    assert lines(sink) == [b"POST /two HTTP/1.1"]
    assert way.said == [f"delivery 99 was not passed on to {sink.url}: there is no delivery 99"]


def test_what_is_left_over_is_counted_and_not_tried(tmp_path: Path) -> None:
    with RawServer(hanging()) as silent:
        way = Way(tmp_path / "whcli.db", silent.url)
        way.take("one", "two", "three")
        wait_for(silent.requests)
        began = time.monotonic()
        assert way.end(0.1) == 2
        assert time.monotonic() - began < 1
    assert [(each.delivery_id, (each.error or "").partition(":")[0]) for each in way.attempts] == [(1, "cancelled")]
