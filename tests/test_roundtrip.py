"""Five thousand random requests received, stored and sent again: equal to the byte, but for what a connection owns."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.client import Client
from tests.net.raw import RawServer, answering
from tests.process import Home
from whcli.http import HELD, OF_ONE_CONNECTION
from whcli.outgoing import TOKEN
from whcli.store import Store

COUNT = 5000
AHEAD = 50
"""Requests sent before their answers are read."""
NO_CONTENT = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

METHODS = b"GET POST PUT PATCH DELETE HEAD OPTIONS PROPFIND REPORT LOCK".split()
VALUE = bytes([*range(0x20, 0x7F), *range(0x80, 0x100)])
PATH = bytes(range(0x21, 0x7F))
OURS = {b"host", b"content-length", b"upgrade", *OF_ONE_CONNECTION}
"""What is set apart in `pairs`, because a connection owns it or the listener obeys it."""
OWNED = [
    (b"TE", b"trailers"),
    (b"keep-alive", b"timeout=5"),
    (b"Proxy-Authorization", b"Basic eDp5"),
    (b"Trailer", b"X"),
]


class Sample(NamedTuple):
    """A request as it is sent, and as it must arrive once replayed to a port."""

    method: bytes
    target: bytes
    pairs: list[tuple[bytes, bytes]]
    body: bytes
    chunked: bool

    def raw(self) -> bytes:
        body = self.body
        if self.chunked:
            cut = max(1, len(body) // 3)
            pieces = [body[at : at + cut] for at in range(0, len(body), cut)]
            body = b"".join(b"%X\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
        return head(self.method, self.target, self.pairs) + body

    def replayed(self, port: int) -> bytes:
        """Host is the target's, in its place; one Content-Length, in its place; nothing of the old connection."""
        kept = [pair for pair in self.pairs if pair[0].lower() not in OF_ONE_CONNECTION and pair[0] != b"X-Listed"]
        kept = [(name, b"127.0.0.1:%d" % port) if name.lower() == b"host" else (name, value) for name, value in kept]
        if self.chunked:
            kept.append((b"Content-Length", b"%d" % len(self.body)))
        return head(self.method, self.target, kept) + self.body


def head(method: bytes, target: bytes, pairs: list[tuple[bytes, bytes]]) -> bytes:
    return b"%b %b HTTP/1.1\r\n%b\r\n" % (method, target, b"".join(b"%b: %b\r\n" % pair for pair in pairs))


def some(draw: random.Random, alphabet: bytes, most: int) -> bytes:
    return bytes(draw.choices(alphabet, k=draw.randint(0, most)))


def sample(draw: random.Random, number: int) -> Sample:
    """Any request: a few of them long, some chunked, some with headers that must not travel on."""
    names = [some(draw, TOKEN, 15) or b"X" for _ in range(draw.randint(0, 6))]
    names += draw.choices(names, k=2) if names else []  # a name twice, in the same case or another
    pairs = [
        (draw.choice((name, name.swapcase())), some(draw, VALUE, 60).strip(b" "))
        for name in names
        if name.lower() not in OURS
    ]
    if draw.random() < 0.1:
        pairs += [(b"connection", b"keep-alive, x-listed"), (b"X-Listed", b"1"), *OWNED]
    draw.shuffle(pairs)
    body = draw.randbytes({0: HELD + 1, 1: 100_000}.get(number % 1000, draw.choice((0, 1, 40, 1500))))
    chunked = bool(body) and draw.random() < 0.2
    length = (b"Transfer-Encoding", b"chunked") if chunked else (b"Content-Length", b"%d" % len(body))
    for pair in (length, (draw.choice((b"Host", b"host", b"HOST")), b"hooks.example.com")):
        pairs.insert(draw.randint(0, len(pairs)), pair)
    return Sample(draw.choice(METHODS), b"/" + some(draw, PATH, 40), pairs, body, chunked)


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, dict[int, Sample]]]:
    """A database with all of them, by the ids that the listener gave."""
    home = Home(Path(tmp_path_factory.mktemp("roundtrip")))
    listener = home.listen()
    draw = random.Random(11)
    samples = [sample(draw, number) for number in range(COUNT)]
    given: dict[int, Sample] = {}
    with Client(listener.port) as client:
        for start in range(0, COUNT, AHEAD):
            ahead = samples[start : start + AHEAD]
            client.send(*(each.raw() for each in ahead))
            for each in ahead:
                reply = client.reply(to=each.method)
                assert reply.status == 200, each
                given[len(given) + 1] = each
                assert each.method == b"HEAD" or reply.json == {"status": "accepted", "id": len(given)}
    assert listener.stop() == 0
    yield home, given
    home.close()


def test_what_is_stored_is_what_came(received: tuple[Home, dict[int, Sample]]):
    home, given = received
    with Store.to_read(home.db) as store:
        for record in store.records(oldest_first=True):
            delivery, sent = record.delivery, given[record.delivery.id]
            assert delivery.request.method.encode() == sent.method
            assert delivery.request.url.partition("//")[2].partition("/")[2].encode() == sent.target[1:]
            assert list(delivery.request.headers) == sent.pairs
            assert delivery.body_sha256 == hashlib.sha256(sent.body).digest()
            body = store.record(delivery.id).delivery.request.body
            assert (body if isinstance(body, bytes) else b"".join(body.pieces())) == sent.body
        assert store.newest(COUNT + 1) == sorted(given, reverse=True)


@pytest.mark.parametrize("concurrency", [1, 8])
def test_what_is_replayed_is_what_came(received: tuple[Home, dict[int, Sample]], concurrency: int):
    home, given = received
    with RawServer(answering(NO_CONTENT)) as sink:
        said = home.run("replay", "--since", "1h", "--to", sink.port, "--concurrency", concurrency, "--json").objects
        assert len(said) == COUNT
        assert all(attempt["status"] == 200 for attempt in said)
        expected = [each.replayed(sink.port) for each in given.values()]
        if concurrency == 1:
            assert [attempt["delivery_id"] for attempt in said] == list(given)
        else:
            expected, sink.requests = sorted(expected), sorted(sink.requests)
        for came, wanted in zip(sink.requests, expected, strict=True):
            assert came == wanted
