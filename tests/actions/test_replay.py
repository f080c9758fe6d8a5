"""Many at once on one thread: none holds another up, and whatever was sent is stored."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from pathlib import Path
from random import Random

import pytest

from tests.net.raw import OK, RawServer, Talk, answering, closing, hanging
from whcli.actions import Ports, replay
from whcli.actions.deliver import Job
from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Attempt, Delivery, Target
from whcli.net.sender import Sender
from whcli.store import Store
from whcli.store.writer import Answer, Writer

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LONG = timedelta(seconds=20)
STORED = 200


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[Ports]:
    """A store with deliveries 1 to STORED, whose bodies are their numbers."""
    path = tmp_path / "whcli.db"
    answers: list[Answer] = []
    writer = Writer(path)
    writer.submit([(delivery(number), None, answers.append) for number in range(1, STORED + 1)])
    writer.close()
    with Store.to_write(path) as store:
        yield Ports(store, partial(Sender, allow_remote=True), partial(datetime.now, UTC), Random(1))


def delivery(number: int) -> Delivery:
    body = b"%d" % number
    return Delivery(0, NOW, "/", Request("POST", f"http://h/{number}", Headers(), body), sha256(body).digest())


def jobs(ports: Ports, ids: Iterable[int], target: str, *, timeout: timedelta = LONG) -> Iterator[Job]:
    for id_ in ids:
        found = ports.store.delivery(id_)
        yield Job(found.request, Target(target, timeout=timeout), "replay", id_, body_sha256=found.body_sha256)


def stored(ports: Ports, ids: Iterable[int] = range(1, STORED + 1)) -> list[Attempt]:
    """The attempts there are, in the order they were stored."""
    return sorted((attempt for id_ in ids for attempt in ports.store.attempts(id_)), key=lambda attempt: attempt.id)


def slugs(attempts: Iterable[Attempt]) -> list[str]:
    return [str(each.response.status) if each.response else (each.error or "").partition(":")[0] for each in attempts]


def meeting(size: int) -> Talk:
    """Answers whenever so many connections have a request under way."""
    barrier = threading.Barrier(size)

    def talk(server: RawServer, sock: socket.socket) -> None:
        while server.take(sock):
            barrier.wait(10)
            sock.sendall(OK)

    return talk


def test_as_many_as_asked_for_are_under_way_and_their_connections_serve_all(ports: Ports) -> None:
    with RawServer(meeting(16)) as server:
        attempts = list(replay.run(ports, jobs(ports, range(1, 161), server.url), concurrency=16))
        assert server.connections == 16
    assert sorted(each.delivery_id or 0 for each in attempts) == list(range(1, 161))
    assert [each.id for each in attempts] == list(range(1, 161))
    assert [each._replace(request=each.request._replace(body=b"")) for each in attempts] == [
        each._replace(request=each.request._replace(body=b"")) for each in stored(ports)
    ]
    assert {each.rpartition(b"\r\n\r\n")[2] for each in server.requests} == {b"%d" % id_ for id_ in range(1, 161)}


def test_one_at_a_time_keeps_the_order_and_stores_each_before_the_next_is_drawn(ports: Ports) -> None:
    drawn: list[int] = []

    def order() -> Iterator[int]:
        for id_ in (3, 1, 2):
            assert [each.delivery_id for each in stored(ports)] == sorted(drawn, key=drawn.index)
            drawn.append(id_)
            yield id_

    with RawServer(answering()) as server:
        attempts = list(replay.run(ports, jobs(ports, order(), server.url)))
    assert [each.delivery_id for each in attempts] == drawn == [3, 1, 2]


@pytest.mark.parametrize("concurrency", [1, 2, 16])
def test_endless_jobs_are_drawn_as_they_are_needed(ports: Ports, concurrency: int) -> None:
    with RawServer(answering()) as server:
        attempts = replay.run(
            ports, jobs(ports, (n % STORED + 1 for n in count()), server.url), concurrency=concurrency
        )
        for _ in range(100):
            assert next(attempts).response is not None
        attempts.close()
        assert len(server.requests) <= 100 + replay.BATCH + concurrency
    assert len(stored(ports)) >= 100


def test_a_silent_target_keeps_no_other_waiting_and_each_has_its_own_time(ports: Ports) -> None:
    with RawServer(answering()) as server, RawServer(hanging()) as silent:

        def mixed() -> Iterator[Job]:
            yield from jobs(ports, [1], silent.url, timeout=timedelta(seconds=4))
            yield from jobs(ports, [2], silent.url, timeout=timedelta(seconds=3))
            yield from jobs(ports, range(3, 100), server.url)

        began = time.monotonic()
        attempts = replay.run(ports, mixed(), concurrency=3)
        seen = [(attempt.delivery_id, time.monotonic() - began) for attempt in attempts]
    assert [id_ for id_, _ in seen][-2:] == [2, 1]
    assert seen[0][1] < seen[-2][1]  # shown as they come
    assert seen[-2][1] >= 3
    assert seen[-1][1] >= 4
    assert slugs(stored(ports, [1, 2])) == ["timeout", "timeout"]


def test_the_time_of_one_ends_while_others_are_busy(ports: Ports) -> None:
    with RawServer(answering()) as server, RawServer(hanging()) as silent:

        def mixed() -> Iterator[Job]:
            yield from jobs(ports, [1], silent.url, timeout=timedelta(seconds=0.2))
            yield from jobs(ports, (n % STORED + 1 for n in count(1)), server.url)

        attempts = replay.run(ports, mixed(), concurrency=4)
        began = time.monotonic()
        late = next(each for each in attempts if each.error)
        assert slugs([late]) == ["timeout"]
        assert time.monotonic() - began >= 0.2
        attempts.close()


def test_what_fails_at_once_does_not_keep_answers_waiting(ports: Ports) -> None:
    with RawServer(answering()) as server:

        def mixed() -> Iterator[Job]:
            yield from jobs(ports, [1], server.url)
            yield from jobs(ports, (n % STORED + 1 for n in count()), "http://169.254.169.254")

        attempts = replay.run(ports, mixed(), concurrency=2)
        first = next(each for each in attempts if each.response)
        assert first.delivery_id == 1
        assert first.duration < timedelta(seconds=2)
        attempts.close()
    assert {"200", "not_allowed"} <= set(slugs(stored(ports)))


def test_a_name_that_is_looked_up_keeps_no_other_waiting(ports: Ports, monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> list[tuple[object, ...]]:
        time.sleep(0.5)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))]

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with RawServer(answering()) as server:

        def mixed() -> Iterator[Job]:
            yield from jobs(ports, [1, 2], f"http://app.test:{server.port}")
            yield from jobs(ports, [3], f"http://app.test:{server.port}", timeout=timedelta(seconds=0.1))
            yield from jobs(ports, range(4, 40), server.url)

        began = time.monotonic()
        attempts = list(replay.run(ports, mixed(), concurrency=4))
        assert time.monotonic() - began < 0.9
    assert {each.delivery_id for each in attempts[-2:]} == {1, 2}
    assert attempts[-3].delivery_id == 3
    assert slugs(attempts[-3:]) == ["timeout", "200", "200"]
    assert (attempts[-3].error or "").endswith(
        "did not find its address within 0.1 s: see what keeps it, or allow more"
    )


def test_whoever_stops_asking_ends_what_is_under_way_and_all_of_it_is_stored(ports: Ports) -> None:
    with RawServer(answering()) as server, RawServer(hanging()) as silent:

        def mixed() -> Iterator[Job]:
            yield from jobs(ports, [1], server.url)
            yield from jobs(ports, range(2, 100), silent.url)

        attempts = replay.run(ports, mixed(), concurrency=8)
        assert next(attempts).delivery_id == 1
        began = time.monotonic()
        attempts.close()
        assert time.monotonic() - began < 1
    found = stored(ports)
    assert sorted(each.delivery_id or 0 for each in found) == list(range(1, 10))
    assert slugs(found) == ["200", *["cancelled"] * 8]


@pytest.mark.parametrize("concurrency", [1, 4])
def test_a_job_that_cannot_be_planned_ends_it_and_what_was_sent_is_stored(ports: Ports, concurrency: int) -> None:
    def some() -> Iterator[Job]:
        yield from jobs(ports, range(1, 11), server.url)
        raise UsageError("where to?")

    with RawServer(answering()) as server:
        attempts = replay.run(ports, some(), concurrency=concurrency)
        with pytest.raises(UsageError, match="where to"):
            list(attempts)
        assert len(server.requests) <= len(stored(ports)) == 10


def test_a_target_that_cannot_be_called_ends_it(ports: Ports) -> None:
    with pytest.raises(UsageError, match="only http"):
        list(replay.run(ports, jobs(ports, [1, 2, 3], "ftp://127.0.0.1"), concurrency=2))


def test_connections_that_were_closed_are_replaced(ports: Ports) -> None:
    with RawServer(closing(OK)) as server:
        attempts = list(replay.run(ports, jobs(ports, range(1, 51), server.url), concurrency=8))
    assert slugs(attempts) == ["200"] * 50


def test_attempts_are_stored_many_at_once_and_a_body_that_is_the_deliverys_own_only_once(ports: Ports) -> None:
    def attempt(number: int) -> Attempt:
        body = b"%d" % number if number % 3 else b"edited"
        request = Request("POST", f"http://h/{number}", Headers([(b"X", b"y")]), body)
        digest = sha256(body).digest()
        id_ = number if number % 5 else None
        return Attempt(0, id_, "replay", number, "t", NOW, LONG, request, error="e", request_sha256=digest)

    made = [attempt(number) for number in range(1, 100)]
    added = ports.store.add_attempts(made)
    assert [each._replace(id=0) for each in added] == made
    assert [each.id for each in added] == list(range(1, 100))
    assert ports.store.add_attempts([]) == []
    for each in stored(ports):
        assert each.delivery_id == each.number
        own = not isinstance(each.request.body, bytes)
        assert own == bool(each.number % 3)
        body = each.request.body if isinstance(each.request.body, bytes) else b"".join(each.request.body.pieces())
        assert body == made[each.number - 1].request.body
