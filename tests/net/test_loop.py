"""The loop: steps go on when what they wait for is there, each apart from the others."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from selectors import EVENT_READ

import pytest

from whcli.errors import SendError
from whcli.net.loop import Loop, Steps, Wait

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture
def pairs() -> Iterator[list[Pair]]:
    made = [socket.socketpair() for _ in range(3)]
    yield made
    for pair in made:
        for sock in pair:
            sock.close()


def reading(pair: Pair, *, seconds: float = 10, times: int = 1) -> Steps[bytes]:
    """Reads so many bytes, a byte at a time; `late` when one does not come in time."""
    found = b""
    while len(found) < times:
        if not (yield Wait(pair[0], EVENT_READ, time.monotonic() + seconds)):
            return b"late"
        found += pair[0].recv(1)
    return found


def failing(pair: Pair) -> Steps[bytes]:
    yield Wait(pair[0], EVENT_READ, time.monotonic() + 10)
    raise LookupError(pair[0].recv(1))


def immediate() -> Steps[bytes]:
    return b"at once"
    yield


def test_a_turn_gives_what_is_finished_and_leaves_the_others(loop: Loop, pairs: list[Pair]) -> None:
    assert loop.turn() == []
    for pair in pairs:
        loop.start(reading(pair, times=2))
    for text in (b"ab", b"c"):
        pairs[len(text) - 1][1].send(text)
    assert loop.turn() == [b"ab"]
    assert loop.turn(wait=False) == []
    pairs[0][1].send(b"d")
    assert loop.turn() == [b"cd"]
    pairs[2][1].send(b"ef")
    assert loop.turn() == [b"ef"]
    assert loop.turn() == []


def test_what_needs_no_wait_is_given_without_one_and_holds_up_nobody(loop: Loop, pairs: list[Pair]) -> None:
    loop.start(reading(pairs[0]))
    loop.start(immediate())
    assert loop.turn() == [b"at once"]
    pairs[0][1].send(b"x")
    loop.start(immediate())
    assert sorted(loop.turn()) == [b"at once", b"x"]


def test_each_has_its_own_time(loop: Loop, pairs: list[Pair]) -> None:
    for pair, seconds in zip(pairs, (0.2, 0.1, 10), strict=True):
        loop.start(reading(pair, seconds=seconds))
    began = time.monotonic()
    assert loop.turn() == [b"late"]
    assert loop.turn() == [b"late"]
    assert 0.2 <= time.monotonic() - began < 1
    assert loop.turn(wait=False) == []


def test_an_error_comes_out_and_the_others_go_on(loop: Loop, pairs: list[Pair]) -> None:
    loop.start(immediate())
    loop.start(failing(pairs[0]))
    loop.start(reading(pairs[1]))
    pairs[0][1].send(b"x")
    with pytest.raises(LookupError):
        loop.turn()
    assert loop.turn() == [b"at once"]
    pairs[1][1].send(b"y")
    assert loop.turn() == [b"y"]


def test_the_same_socket_may_be_waited_for_again_and_by_others(loop: Loop, pairs: list[Pair]) -> None:
    for text in (b"a", b"b"):
        loop.start(reading(pairs[0]))
        pairs[0][1].send(text)
        assert loop.turn() == [text]


def test_stopped_from_another_thread_a_turn_ends_at_once(loop: Loop, pairs: list[Pair]) -> None:
    ended: list[Pair] = []

    def told(pair: Pair) -> Steps[bytes]:
        try:
            return (yield from reading(pair))
        except SendError as error:
            ended.append(pair)
            return error.slug.encode()

    for pair in pairs:
        loop.start(told(pair))
    threading.Timer(0.1, loop.stop).start()
    began = time.monotonic()
    assert loop.turn() == [b"cancelled"] * 3
    assert time.monotonic() - began < 1
    assert len(ended) == 3
    assert loop.turn() == []
    loop.stop()


def test_closed_it_has_ended_all_and_keeps_the_results(loop: Loop, pairs: list[Pair]) -> None:
    ended: list[bool] = []

    def told(pair: Pair, *, tells: bool) -> Steps[bytes]:
        try:
            return (yield from reading(pair))
        except SendError:
            if tells:
                return b"ended"
            raise
        finally:
            ended.append(True)

    for pair, tells in zip(pairs, (True, False, True), strict=True):
        loop.start(told(pair, tells=tells))
    loop.close()
    assert len(ended) == 3
    assert loop.turn() == [b"ended", b"ended"]
