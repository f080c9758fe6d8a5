"""The listener against raw sockets: odd HTTP is served as it came, illegal HTTP refused, greedy senders bounded."""

from __future__ import annotations

import asyncio
import gzip
import random
import re
import resource
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.client import PATIENCE, Client, ask, request
from tests.process import Home, Process, until
from whcli.http import HELD, Headers, Request, Response, pieces
from whcli.net.listener import Limits, Listener

Answers = Callable[[Request], Response]


class Served(NamedTuple):
    """A listener that runs, and what it was given."""

    port: int
    url: str
    requests: list[Request]
    bodies: list[bytes]
    refusals: list[tuple[int, str]]
    failures: list[dict[str, Any]]
    """What the event loop would have written a traceback of."""


Serve = Callable[..., Served]
USUAL = Limits()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Serve]:
    """Starts listeners in threads with loops of their own; none may have left a traceback."""
    ends: list[tuple[Served, Callable[[], None]]] = []

    def start(limits: Limits = USUAL, answer: Answers = lambda _: Response(200, Headers(), b"ok"), **more: Any):
        requests: list[Request] = []
        bodies: list[bytes] = []

        def handle(request: Request, remote: str | None, done: Callable[[Response], None]) -> None:
            assert remote == "127.0.0.1"
            requests.append(request)
            bodies.append(b"".join(pieces(request.body)))
            done(answer(request))

        refusals: list[tuple[int, str]] = []
        loop = asyncio.new_event_loop()
        failures: list[dict[str, Any]] = []
        loop.set_exception_handler(lambda _, context: failures.append(context))

        async def begin() -> Listener:
            listener = Listener(handle, lambda *why: refusals.append(why), limits=limits, spool=tmp_path, **more)
            await listener.start("127.0.0.1", 0)
            return listener

        listener = loop.run_until_complete(begin())
        thread = threading.Thread(target=loop.run_forever)
        thread.start()

        def end() -> None:
            asyncio.run_coroutine_threadsafe(listener.stop(0.1), loop).result(PATIENCE)
            loop.call_soon_threadsafe(loop.stop)
            thread.join(PATIENCE)
            loop.run_until_complete(loop.shutdown_asyncgens())
            loop.close()

        served = Served(int(listener.url.rpartition(":")[2]), listener.url, requests, bodies, refusals, failures)
        ends.append((served, end))
        return served

    yield start
    for served, end in ends:
        end()
        assert served.failures == []


HOST = b"Host: h\r\n"
CHUNKED = HOST + b"Transfer-Encoding: chunked\r\n"
GZIP = gzip.compress(b"a" * 1000, mtime=0)

LEGAL = {
    "a plain GET": (b"GET /a?b=c HTTP/1.1\r\n" + HOST + b"\r\n", "/a?b=c", b""),
    "a body": (request(b"PUT", b"/", body=b"\x00\xff\r\n"), "/", b"\x00\xff\r\n"),
    "a query that is empty": (request(b"POST", b"/x?"), "/x?", b""),
    "a path others would tidy": (request(b"POST", b"/a/../b//c/%2e%2e/%zz;[1]|"), "/a/../b//c/%2e%2e/%zz;[1]|", b""),
    "a path that looks like a host": (request(b"POST", b"//evil.example/x"), "//evil.example/x", b""),
    "an empty line before": (b"\r\n\r\n" + request(b"POST"), "/", b""),
    "chunks": (b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", "/", b"hello!"),
    "a chunk's size in capitals and zeros": (
        b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n00A\r\n0123456789\r\n000\r\n\r\n", "/", b"0123456789",
    ),
    "chunk extensions": (
        b"POST / HTTP/1.1\r\n" + CHUNKED + b'\r\n2;a=b;c="d"\r\nhi\r\n0;last\r\n\r\n', "/", b"hi",
    ),
    "trailers": (b"POST / HTTP/1.1\r\n" + CHUNKED + b"Trailer: X-T\r\n\r\n2\r\nhi\r\n0\r\nX-T: 1\r\n\r\n", "/", b"hi"),
    "no chunk but the last": (b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n0\r\n\r\n", "/", b""),
    "a coding's name in capitals": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: CHUNKED\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "/", b"hi",
    ),
    "HTTP/1.0 without a host": (b"POST /old HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi", "/old", b"hi"),
    "gzip, as it came": (request(headers=[(b"Content-Encoding", b"gzip")], body=GZIP), "/", GZIP),
    "gzip that is none": (request(headers=[(b"Content-Encoding", b"gzip")], body=b"no gzip"), "/", b"no gzip"),
    "deflate that is none": (request(headers=[(b"Content-Encoding", b"deflate")], body=b"\xff"), "/", b"\xff"),
    "a multipart body without parts": (
        request(headers=[(b"Content-Type", b"multipart/form-data")], body=b"--x"), "/", b"--x",
    ),
    "an upgrade that is not taken": (
        request(headers=[(b"Connection", b"Upgrade"), (b"Upgrade", b"h2c")], body=b"hi"), "/", b"hi",
    ),
    "a method few know": (request(b"PROPFIND", b"/dav"), "/dav", b""),
    "a body where none is expected": (request(b"DELETE", b"/", body=b"why"), "/", b"why"),
}  # fmt: skip


@pytest.mark.parametrize(("raw", "target", "body"), LEGAL.values(), ids=LEGAL)
def test_odd_but_legal_requests_are_served_as_they_came(serve: Serve, raw: bytes, target: str, body: bytes):
    served = serve()
    assert ask(served.port, raw).status == 200
    assert served.requests[0].url == served.url + target
    assert served.requests[0].method == raw.split()[0].decode()
    assert served.bodies == [body]
    assert served.refusals == []


def test_headers_keep_order_case_number_and_bytes(serve: Serve):
    served = serve()
    fields = [
        (b"X-B", b"2"), (b"x-a", b"1"), (b"X-B", b"2"), (b"x-b", b"3"), (b"X-Empty", b""), (b"X-Tab", b"a\tb"),
        (b"X-Bytes", b"caf\xe9 \x80\xff"), (b"X-Long", b"v" * 65_536), (b"!#$%&'*+-.^_`|~", b";=,\"'"),
        (b"Cookie", b"a=1"), (b"Cookie", b"b=2"),
    ]  # fmt: skip
    assert ask(served.port, request(headers=fields)).status == 200
    assert list(served.requests[0].headers) == [(b"Host", b"h"), *fields, (b"Content-Length", b"0")]


def test_as_many_headers_as_anyone_sends(serve: Serve):
    served = serve()
    fields = [(b"X-%d" % number, b"%d" % number) for number in range(200)]
    assert ask(served.port, request(headers=fields)).status == 200
    assert served.requests[0].headers[1:-1] == tuple(fields)


def test_blanks_around_a_value_are_not_part_of_it(serve: Serve):
    served = serve()
    assert ask(served.port, b"GET / HTTP/1.1\r\nHost:h\r\nX-A: \t 1 2 \t \r\n\r\n").status == 200
    assert served.requests[0].headers == ((b"Host", b"h"), (b"X-A", b"1 2"))


def test_an_absolute_target_is_kept_and_followed_nowhere(serve: Serve):
    served = serve()
    assert ask(served.port, b"GET http://evil.example:81/x?y HTTP/1.1\r\n" + HOST + b"\r\n").status == 200
    assert served.requests[0].url == "http://evil.example:81/x?y"


def test_options_of_the_server_as_a_whole(serve: Serve):
    served = serve()
    assert ask(served.port, b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n").status == 200
    assert (served.requests[0].method, served.requests[0].url) == ("OPTIONS", served.url)


def test_the_url_is_ours_whatever_a_sender_makes_up(serve: Serve):
    public = serve(public_url="https://hooks.example.com/")
    made_up = [
        (b"X-Forwarded-Host", b"evil.example"),
        (b"X-Original-Host", b"evil.example"),
        (b"X-Forwarded-For", b"1.2.3.4"),
    ]
    ask(public.port, b"GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    ask(public.port, request(b"GET", b"/x", made_up))
    ask(public.port, b"GET /x HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n\r\n" % public.port)
    assert [each.url for each in public.requests] == ["https://hooks.example.com/x"] * 2 + [public.url + "/x"]
    local = serve()
    ask(local.port, b"GET /x HTTP/1.1\r\nHost: evil.example\r\n\r\n")
    ask(local.port, b"GET /x HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % local.port)
    assert [each.url for each in local.requests] == [local.url + "/x", f"http://localhost:{local.port}/x"]


def test_head_gets_a_head(serve: Serve):
    served = serve()
    with Client(served.port) as client:
        reply = client.send(b"HEAD /x HTTP/1.1\r\n" + HOST + b"\r\n").reply(to=b"HEAD")
        assert reply.header("Content-Length") == "2"
        assert client.send(request(body=b"next")).reply().body == b"ok"


def test_a_sender_that_asks_first_is_told_to_go_on(serve: Serve):
    served = serve()
    with Client(served.port) as client:
        client.send(b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n")
        assert client.reply().status == 100
        assert client.send(b"hi").reply().status == 200
    assert served.bodies == [b"hi"]


def test_requests_sent_ahead_are_answered_in_order(serve: Serve):
    served = serve(answer=lambda request: Response(200, Headers(), request.url.encode()))
    with Client(served.port) as client:
        client.send(*(request(b"POST", b"/%d" % number, body=b"b" * number) for number in range(50)))
        replies = [client.reply() for _ in range(50)]
    assert [reply.body.decode() for reply in replies] == [f"{served.url}/{number}" for number in range(50)]
    assert served.bodies == [b"b" * number for number in range(50)]


def test_an_answer_is_given_as_the_handler_made_it(serve: Serve):
    fields = Headers([(b"X-B", b"1"), (b"x-b", b"\xff")])
    served = serve(answer=lambda _: Response(418, fields, b"\x00"))
    reply = ask(served.port, request())
    assert (reply.status, reply.body) == (418, b"\x00")
    assert b"\r\nX-B: 1\r\nx-b: \xff\r\n" in reply.head


@pytest.mark.parametrize(("raw", "kept"), [
    (b"GET / HTTP/1.0\r\n\r\n", False),
    (b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", True),
    (b"GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", False),
    (b"GET / HTTP/1.1\r\nHost: h\r\n\r\n", True),
])  # fmt: skip
def test_a_connection_is_kept_as_its_sender_wants(serve: Serve, raw: bytes, kept: bool):
    served = serve()
    with Client(served.port) as client:
        assert client.send(raw).reply().status == 200
        if kept:
            assert client.send(raw).reply().status == 200
        else:
            assert client.rest() == b""


@pytest.mark.parametrize("count", [1, 3])
def test_a_sender_that_has_said_all_still_gets_its_answers(serve: Serve, count: int):
    served = serve()
    with Client(served.port) as client:
        client.send(request(body=b"last words") * count).half_close()
        assert [client.reply().status for _ in range(count)] == [200] * count
    assert served.bodies == [b"last words"] * count


def test_very_many_very_small_chunks(serve: Serve):
    served = serve()
    with Client(served.port) as client:
        client.send(b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n", b"1\r\nx\r\n" * 30_000, b"0\r\n\r\n")
        assert client.reply().status == 200
    assert served.bodies == [b"x" * 30_000]


@pytest.mark.parametrize("chunked", [False, True])
def test_a_long_body_is_spooled_and_equal(serve: Serve, tmp_path: Path, chunked: bool):
    served = serve()
    body = random.Random(1).randbytes(2 * HELD + 12_345)
    raw = request(body=body)
    if chunked:
        cut = [body[at : at + 70_001] for at in range(0, len(body), 70_001)]
        raw = (
            b"POST / HTTP/1.1\r\n"
            + CHUNKED
            + b"\r\n"
            + b"".join(b"%x\r\n%b\r\n" % (len(each), each) for each in cut)
            + b"0\r\n\r\n"
        )
    assert ask(served.port, raw).status == 200
    assert not isinstance(served.requests[0].body, bytes)
    assert served.bodies == [body]
    assert list(tmp_path.iterdir()) == []


ILLEGAL = {
    "a length and chunks": b"POST / HTTP/1.1\r\n" + CHUNKED + b"Content-Length: 3\r\n\r\n0\r\n\r\n",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a signed length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: +5\r\n\r\nhello",
    "a negative length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a length in words": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: five\r\n\r\nhello",
    "a length beyond all": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999999\r\n\r\n",
    "an unknown coding": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunks of chunks": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "a chunk's size in words": b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\nzz\r\nhello\r\n0\r\n\r\n",
    "a chunk's size with a sign": b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n-1\r\nhello\r\n0\r\n\r\n",
    "a chunk that is too long": b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n2\r\nhello\r\n0\r\n\r\n",
    "a line that ends in LF": b"GET / HTTP/1.1\nHost: h\n\n",
    "a header that ends in LF": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\nX-B: 2\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: 1\r\n 2\r\n\r\n",
    "a blank before the colon": b"GET / HTTP/1.1\r\n" + HOST + b"X-A : 1\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": 1\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"X-A\r\n\r\n",
    "NUL in a value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: \x00\r\n\r\n",
    "CR in a value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: a\rb\r\n\r\n",
    "an escape in a value": b"GET / HTTP/1.1\r\n" + HOST + b"X-A: \x1b[31m\r\n\r\n",
    "a name beyond ASCII": b"GET / HTTP/1.1\r\n" + HOST + b"X-\xe9: 1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "a path beyond ASCII": b"GET /caf\xe9 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a control in the path": b"GET /\x1b[31m HTTP/1.1\r\n" + HOST + b"\r\n",
    "a blank in the path": b"GET /a b HTTP/1.1\r\n" + HOST + b"\r\n",
    "a target that is none": b"GET somewhere HTTP/1.1\r\n" + HOST + b"\r\n",
    "an absolute target without a host": b"GET http:// HTTP/1.1\r\n" + HOST + b"\r\n",
    "an absolute target with half an address": b"GET http://[::1/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a version that is none": b"GET / HTTP/1.x\r\n" + HOST + b"\r\n",
    "a version that nobody has": b"GET / HTTP/1.7\r\n" + HOST + b"\r\n",
    "the greeting of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "the greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(80),
    "no HTTP at all": b"hello, is it me you are looking for?\r\n\r\n",
    "too many headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: 1\r\n" * 1000 + b"\r\n",
    "too long a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"1" * 200_000 + b"\r\n\r\n",
    "too long a target": b"GET /" + b"1" * 200_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "too many trailers": b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n0\r\n" + b"X: 1\r\n" * 1000 + b"\r\n",
    "a body that breaks off": b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n5\r\nhel",
}  # fmt: skip


@pytest.mark.parametrize("raw", ILLEGAL.values(), ids=ILLEGAL)
def test_illegal_requests_are_refused_and_never_handled(serve: Serve, raw: bytes):
    served = serve()
    with Client(served.port) as client:
        reply = client.send(raw).half_close().reply(to=raw.split()[0])
        assert reply.status == 400
        assert reply.json["error"]
        assert "\n" not in reply.json["error"]
        assert client.rest() == b""
    assert served.requests == []
    assert [status for status, _ in served.refusals] == [400]
    assert all(reason and "\n" not in reason for _, reason in served.refusals)
    assert ask(served.port, request()).status == 200


def test_what_follows_an_illegal_request_is_not_believed(serve: Serve):
    served = serve()
    smuggled = request(b"POST", b"/smuggled")
    raw = b"POST /front HTTP/1.1\r\n" + CHUNKED + b"Content-Length: 5\r\n\r\n0\r\n\r\n" + smuggled
    with Client(served.port) as client:
        assert client.send(request(b"POST", b"/first")).reply().status == 200
        assert client.send(raw).reply().status == 400
        assert client.rest() == b""
    assert [each.url for each in served.requests] == [served.url + "/first"]


def test_an_expectation_nobody_knows(serve: Serve):
    served = serve()
    assert ask(served.port, request(headers=[(b"Expect", b"tea")])).status == 417
    assert served.requests == []


def test_a_proxy_is_what_it_is_not(serve: Serve):
    served = serve()
    assert ask(served.port, b"CONNECT example.com:443 HTTP/1.1\r\n" + HOST + b"\r\n").status == 405
    assert served.requests == []


SMALL = Limits(body=1000, head_seconds=0.3, body_seconds=0.3, body_rate=1 << 30)


def test_too_large_by_its_own_word(serve: Serve):
    served = serve(SMALL)
    reply = ask(served.port, b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 1001\r\n\r\n")
    assert reply.status == 413
    assert "1000 bytes" in reply.json["error"]
    assert served.requests == []


def test_too_large_though_it_asked_first(serve: Serve):
    served = serve(SMALL)
    raw = b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 1001\r\n\r\n"
    assert ask(served.port, raw).status == 413


def test_too_large_without_a_word(serve: Serve):
    served = serve(SMALL)
    with Client(served.port) as client:
        client.send(b"POST / HTTP/1.1\r\n" + CHUNKED + b"\r\n", b"3e8\r\n" + b"x" * 1000 + b"\r\n1\r\n!\r\n")
        assert client.reply().status == 413
    assert served.requests == []
    assert ask(served.port, request(body=b"x" * 1000)).status == 200


def test_a_head_that_does_not_come(serve: Serve):
    served = serve(SMALL)
    for beginning in (b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: h\r\nX-A:"):
        with Client(served.port) as client:
            client.send(beginning)
            assert client.reply().status == 408
            assert client.rest() == b""


def test_a_body_that_does_not_come(serve: Serve):
    served = serve(SMALL)
    for beginning in (b"Content-Length: 10\r\n\r\nhel", b"Transfer-Encoding: chunked\r\n\r\n5\r\nhel"):
        reply = ask(served.port, b"POST / HTTP/1.1\r\n" + HOST + beginning)
        assert reply.status == 408
        assert "too slowly" in reply.json["error"]
    assert served.requests == []


def test_a_kept_connection_may_be_silent_for_longer_than_a_head_may_take(serve: Serve):
    served = serve(Limits(head_seconds=0.2))
    with Client(served.port) as kept:
        assert kept.send(request()).reply().status == 200
        with Client(served.port) as late:
            assert late.reply().status == 408
        assert kept.send(request()).reply().status == 200


def test_a_silent_connection_is_closed_at_last(serve: Serve):
    served = serve(Limits(idle_seconds=0.1))
    with Client(served.port) as client:
        assert client.send(request()).reply().status == 200
        assert client.rest() == b""


def test_at_the_limit_the_longest_idle_gives_way(serve: Serve):
    served = serve(Limits(connections=3))
    idle = [Client(served.port) for _ in range(3)]
    for client in idle:
        assert client.send(request()).reply().status == 200
    assert ask(served.port, request()).status == 200
    assert idle[0].rest() == b""
    assert idle[2].send(request()).reply().status == 200
    for client in idle:
        client.close()


def test_at_the_limit_those_under_way_are_left_alone(serve: Serve):
    served = serve(Limits(connections=2))
    with Client(served.port) as first, Client(served.port) as second:
        for busy in (first, second):
            busy.send(b"POST / HTTP/1.1\r\n" + HOST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            assert busy.reply().status == 100
        with Client(served.port) as third:
            assert third.rest() == b""
        assert [busy.send(b"hi").reply().status for busy in (first, second)] == [200, 200]


@pytest.mark.parametrize("last", [b"", b"Connection: close\r\n"], ids=["kept", "closed"])
def test_a_sender_that_does_not_read_is_left_at_last(serve: Serve, last: bytes):
    answer = Response(200, Headers(), bytes(1 << 23))  # more than the system holds for it
    served = serve(Limits(idle_seconds=0.2, connections=1), lambda _: answer)
    with Client(served.port) as deaf, suppress(ConnectionError):
        deaf.send(b"GET / HTTP/1.1\r\n" + HOST + last + b"\r\n")
        until(lambda: served.requests, what="its request")
        until(lambda: answered(served.port), what="room for another")


def answered(port: int) -> bool:
    """Whether a listener with room for one takes another."""
    with suppress(ConnectionError):
        return ask(port, request()).status == 200
    return False


def test_slow_senders_keep_nobody_waiting(serve: Serve):
    served = serve(Limits(connections=400))
    slow = [Client(served.port).send(b"POST / HTTP/1.1\r\nX-Slow: ") for _ in range(300)]
    with Client(served.port) as quick:
        assert [quick.send(request()).reply().status for _ in range(100)] == [200] * 100
    for client in slow:
        client.close()


def test_many_bodies_at_once_are_bounded(serve: Serve):
    served = serve(Limits(held=10))
    assert ask(served.port, request(body=b"0123456789")).status == 200
    reply = ask(served.port, request(body=b"0123456789!"))
    assert reply.status == 503
    assert reply.header("Retry-After")


def test_a_handler_that_fails_costs_its_own_request_alone(serve: Serve):
    def answer(request: Request) -> Response:
        if request.url.endswith("/bad"):
            raise ValueError("first line\nsecond line")
        return Response(200)

    served = serve(answer=answer)
    assert ask(served.port, request(b"POST", b"/bad")).status == 500
    assert ask(served.port, request(b"POST", b"/good")).status == 200
    assert len(served.refusals) == 1
    assert "\n" not in served.refusals[0][1]


SEEDS = [*(raw for raw, _, _ in LEGAL.values()), *(raw for raw in ILLEGAL.values() if len(raw) < 1000)]
SCRAPS = (
    b"\r\n",
    b"\n",
    b"\0",
    b":",
    b" ",
    b"0\r\n\r\n",
    b"Content-Length: 1\r\n",
    b"\xff",
    b"HTTP/1.1",
    b"chunked",
    b";",
    b"-",
)


def mutated(draw: random.Random) -> bytes:
    """A request with a few of its bytes changed, lost, doubled or added."""
    raw = bytearray(draw.choice(SEEDS))
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(raw) + 1)
        end = at + draw.choice((0, 1, 1, 2, 8))
        raw[at:end] = draw.choice((b"", draw.randbytes(1), draw.choice(SCRAPS), raw[at:end] * 2))
    return bytes(raw)


def test_thousands_of_broken_requests(home: Home):
    listener = home.listen("--max-body", "1MB")
    draw = random.Random(20_261_123)
    statuses: Counter[int] = Counter()
    assert ask(listener.port, request()).status == 200
    held = holds(listener)
    for _ in range(5000):
        with Client(listener.port) as client, suppress(ConnectionError):
            answers = client.send(mutated(draw)).half_close().rest()
            statuses.update(map(int, re.findall(rb"HTTP/1\.1 (\d{3}) [A-Z]", answers)))
    assert set(statuses) <= {100, 200, 400, 405, 408, 413, 417}
    assert statuses[400] > 500
    assert statuses[200] > 100
    assert ask(listener.port, request()).status == 200
    if held is not None:
        until(lambda: holds(listener).files <= held.files, what="the files of connections that have ended")
        assert holds(listener).memory < held.memory + 20_000_000
    assert listener.stop() == 0
    assert "Traceback" not in listener.stderr


class Held(NamedTuple):
    """What a process has of the system."""

    files: int
    memory: int
    """Bytes."""


def holds(process: Process) -> Held | None:
    """None where the system does not tell so."""
    folder = Path("/proc", str(process.pid))
    if not folder.exists():
        return None
    pages = int((folder / "statm").read_text().split()[1])
    return Held(len(list((folder / "fd").iterdir())), pages * resource.getpagesize())


def test_refusals_are_lines_and_few(home: Home):
    listener = home.listen()
    for _ in range(500):
        assert ask(listener.port, b"GET / HTTP/1.1\r\nX-A : \x1b[31m\r\n\r\n").status == 400
    assert listener.stop() == 0
    lines = listener.stderr.splitlines()
    assert 1 <= len(lines) < 100
    assert all(line.startswith("refused with 400") and line.isprintable() for line in lines)
    counts = [int(line.partition("(")[2].partition(" ")[0]) if " times)" in line else 1 for line in lines]
    assert sum(counts) == 500


def test_the_parser_that_reads_loosely_is_not_used(home: Home):
    result = home.run("listen", "--port", "0", code=2, more={"AIOHTTP_NO_EXTENSIONS": "1"})
    assert "compiled parser" in result.stderr
    assert "unset AIOHTTP_NO_EXTENSIONS" in result.stderr
