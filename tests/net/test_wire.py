"""The answer parser, held against h11 and against every way of being wrong."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import h11
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whcli.errors import SendError
from whcli.http import HELD, Headers, Request, Response
from whcli.net.wire import MAX_BODY, MAX_FIELDS, MAX_HEAD, ResponseReader, head


def read(data: bytes, *, method: str = "POST", step: int = 1 << 16) -> Response:
    """The answer in these bytes, which come in pieces and end with the connection."""
    reader = ResponseReader(method)
    for start in range(0, len(data), step):
        if response := reader.feed(data[start : start + step]):
            return response
    response = reader.feed(b"")
    assert response is not None
    return response


def answer(*headers: bytes, body: bytes = b"", status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return b"\r\n".join([status, *headers, b"", body])


CHUNKED = b"Transfer-Encoding: chunked"

GOOD = {
    "length": (answer(b"Content-Length: 2", body=b"ok"), b"ok"),
    "no reason": (answer(b"Content-Length: 2", body=b"ok", status=b"HTTP/1.1 200"), b"ok"),
    "chunked": (answer(CHUNKED, body=b'2\r\nok\r\n3;a="b;c"\r\n!\r\n\r\n0\r\n\r\n'), b"ok!\r\n"),
    "chunk sizes": (answer(CHUNKED, body=b"00A \r\n0123456789\r\n000\r\n\r\n"), b"0123456789"),
    "trailers": (answer(CHUNKED, body=b"1\r\nx\r\n0\r\nX-A: 1\r\nX-B: 2\r\n\r\n"), b"x"),
    "coding in capitals": (answer(b"TRANSFER-ENCODING: Chunked", body=b"0\r\n\r\n"), b""),
    "until close": (answer(b"X: y", body=b"to the end"), b"to the end"),
    "1.0": (answer(b"Server: old", body=b"to the end", status=b"HTTP/1.0 200 OK"), b"to the end"),
    "204": (answer(b"Content-Length: 5", status=b"HTTP/1.1 204 No Content"), b""),
    "304": (answer(b"Content-Length: 5", status=b"HTTP/1.1 304 Not Modified"), b""),
    "interim": (answer().replace(b"200 OK", b"102 Wait") + answer(b"Content-Length: 2", body=b"ok"), b"ok"),
    "early hints": (answer(b"Link: </a>", status=b"HTTP/1.1 103 Early Hints") + answer(b"Content-Length: 0"), b""),
    "folded": (answer(b"X-A: one\r\n  two", b"Content-Length: 0"), b""),
    "odd values": (answer(b"X:", b"Y: \xff\t\x1b[31m ", b"Content-Length: 0"), b""),
}

BAD = {
    "no_answer": [b""],
    "truncated_response": [
        b"HTTP/1.1 200 OK\r\n",
        answer(b"Content-Length: 5", body=b"four"),
        answer(CHUNKED, body=b"5\r\nfour"),
        answer(CHUNKED, body=b"4\r\nfour\r\n"),
        answer(CHUNKED, body=b"4\r\nfour\r\n0\r\n"),
        answer(CHUNKED, body=b"4\r\nfour\r\n0\r\nX: y\r\n"),
        answer(status=b"HTTP/1.1 100 Continue"),
    ],
    "malformed_response": [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"\x15\x03\x03\x00\x02\x02\x16",
        b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        answer(status=b"HTTP/2.0 200 OK"),
        answer(status=b"HTTP/1.x 200 OK"),
        answer(status=b"HTTP/1.1  200 OK"),
        answer(status=b"HTTP/1.1 20 OK"),
        answer(status=b"HTTP/1.1 2000 OK"),
        answer(status=b"HTTP/1.1 +20 OK"),
        answer(status=b"HTTP/1.1 099 OK"),
        answer(status=b"HTTP/1.1 101 Switching Protocols"),
        answer(status=b"HTTP/1.1 200 O\nK"),
        b"HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        answer(b"X-A : b"),
        answer(b": b"),
        answer(b" X: folded from nothing"),
        answer(b"no colon"),
        answer(b"X-\xe9: b"),
        answer(b"X: a\nY: b"),
        answer(b"X: a\rY: b"),
        answer(b"X: a\0b"),
        answer(CHUNKED, body=b"0\r\nno colon\r\n\r\n"),
    ],
    "conflicting_length": [
        answer(b"Content-Length: 1", b"Content-Length: 2", body=b"ab"),
        answer(b"Content-Length: 1", b"content-length: 1", body=b"a"),
        answer(b"Content-Length: 3", CHUNKED, body=b"0\r\n\r\n"),
    ],
    "invalid_length": [
        answer(b"Content-Length: " + length, body=b"x")
        for length in (b"", b"+1", b"-1", b"1,1", b"1 1", b"0x1", b"1_0", b"\xb2", b"9" * 16)
    ],
    "unknown_coding": [
        answer(b"Transfer-Encoding: gzip, chunked"),
        answer(b"Transfer-Encoding: identity"),
        answer(CHUNKED, CHUNKED),
        answer(CHUNKED, status=b"HTTP/1.0 200 OK"),
    ],
    "bad_chunk": [
        answer(CHUNKED, body=line + b"\r\nx\r\n0\r\n\r\n")
        for line in (b"", b"g", b"+1", b"-1", b"0x1", b"1_", b" 1", b"1 2", b";a", b"1;a\nb", b"f" * 16)
    ]
    + [answer(CHUNKED, body=b"1\r\nxy\r\n0\r\n\r\n"), answer(CHUNKED, body=b"1\r\nx0\r\n\r\n")],
    "too_many_headers": [answer(*[b"X-%d: y" % n for n in range(1000)])],
    "head_too_large": [
        answer(b"X: " + b"y" * MAX_HEAD),
        answer(CHUNKED, body=b"1;" + b"y" * MAX_HEAD),
        answer(CHUNKED, body=b"0\r\nX: " + b"y" * MAX_HEAD + b"\r\n\r\n"),
        answer(status=b"HTTP/1.1 100 Continue") * 10_000,
    ],
}


@pytest.mark.parametrize("step", [1, 7, 1 << 16])
@pytest.mark.parametrize("name", GOOD)
def test_reads_what_the_standard_allows(name: str, step: int):
    data, body = GOOD[name]
    response = read(data, step=step)
    assert (response.body, response.body_size) == (body, len(body))


@pytest.mark.parametrize("step", [1, 1 << 16])
@pytest.mark.parametrize(("slug", "data"), [(slug, data) for slug, samples in BAD.items() for data in samples])
def test_refuses_by_name_what_it_forbids(slug: str, data: bytes, step: int):
    with pytest.raises(SendError) as caught:
        read(data, step=step)
    assert caught.value.slug == slug
    assert str(caught.value) == f"{slug}: {caught.value.message}"


def test_headers_are_kept_as_they_came():
    response = read(
        answer(b"Set-Cookie: a=\xff", b"SET-cookie:b", b"X-Empty:", b"Fold: a\r\n\t b", b"Content-Length: 0")
    )
    assert response.headers[:4] == (
        (b"Set-Cookie", b"a=\xff"),
        (b"SET-cookie", b"b"),
        (b"X-Empty", b""),
        (b"Fold", b"a b"),
    )


def test_the_answer_to_head_has_no_body():
    assert read(answer(b"Content-Length: 5"), method="HEAD").body_size == 0
    assert read(answer(CHUNKED), method="HEAD").body_size == 0


@pytest.mark.parametrize(
    ("data", "reusable"),
    [
        (answer(b"Content-Length: 0"), True),
        (answer(CHUNKED, body=b"0\r\n\r\n"), True),
        (answer(b"Content-Length: 0", b"Connection: keep-alive, Close"), False),
        (answer(b"Content-Length: 0", status=b"HTTP/1.0 200 OK"), False),
        (answer(b"Content-Length: 0", body=b"more than was asked for"), False),
        (answer(body=b"x"), False),
    ],
)
def test_a_connection_is_reused_only_where_the_next_answer_is_sure_to_be_the_next(data: bytes, reusable: bool):
    reader = ResponseReader("POST")
    assert reader.feed(data) or reader.feed(b"")
    assert reader.reusable is reusable


def test_a_mebibyte_of_body_is_kept_and_the_rest_counted():
    response = read(answer(b"Content-Length: 3000000", body=b"x" * 3_000_000))
    assert (len(response.body), response.body_size) == (HELD, 3_000_000)


@pytest.mark.parametrize("headers", [(b"Content-Length: 99999999",), (CHUNKED,), ()])
def test_no_more_than_ten_mebibytes_are_read(headers: tuple[bytes, ...]):
    reader = ResponseReader("GET")
    reader.feed(answer(*headers))
    piece = b"%x\r\n%b\r\n" % (1 << 16, b"x" * (1 << 16)) if headers == (CHUNKED,) else b"x" * (1 << 16)
    fed, response = 0, None
    while response is None:
        response = reader.feed(piece)
        fed += 1 << 16
    assert MAX_BODY < response.body_size <= fed <= MAX_BODY + (1 << 17)
    assert len(response.body) == HELD
    assert not reader.reusable


def test_as_many_headers_as_are_allowed():
    assert len(read(answer(*[b"X: y"] * (MAX_FIELDS - 1), b"Content-Length: 0")).headers) == MAX_FIELDS


def _comparable(headers: Iterable[tuple[bytes, bytes]]) -> Headers:
    """Headers less what h11 changes in them: it lowers some values, and joins lengths that agree."""
    return Headers([(name, value.lower()) for name, value in headers]).without([b"content-length"])


def by_h11(data: bytes, method: str) -> tuple[object, ...] | None:
    """What h11 reads; None where it refuses or waits for more."""
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=1 << 20)
    connection.send(h11.Request(method=method, target="/", headers=[("Host", "x")]))
    connection.send(h11.EndOfMessage())
    status, headers, body = 0, Headers(), b""
    try:
        connection.receive_data(data)
        connection.receive_data(b"")
        while True:
            event = connection.next_event()
            if isinstance(event, h11.Response):
                status, headers = event.status_code, _comparable(event.headers.raw_items())
            elif isinstance(event, h11.Data):
                body += event.data
            elif isinstance(event, h11.EndOfMessage):
                return status, headers, body
            elif not isinstance(event, h11.InformationalResponse):
                return None
    except h11.RemoteProtocolError:
        return None


SEEDS = [data for data, _ in GOOD.values()] + [data for samples in BAD.values() for data in samples if len(data) < 1000]
TOKENS = [b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\0", b"0", b"1", b"\xff", b";", b",", b"chunked"]
TOKENS += [CHUNKED + b"\r\n", b"Content-Length: 1\r\n", b"HTTP/1.1 100 C\r\n\r\n", b"0\r\n\r\n"]
mutations = st.lists(
    st.tuples(st.integers(0, 200), st.integers(0, 3), st.sampled_from(TOKENS) | st.binary(max_size=3)), max_size=4
)


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(SEEDS), mutations, st.sampled_from(["GET", "HEAD"]), st.integers(1, 40))
def test_whatever_h11_and_we_both_accept_is_the_same(seed, changes, method, step):
    data = seed
    for at, cut, new in changes:
        data = data[:at] + new + data[at + cut :]
    try:
        response = read(data, method=method, step=step)
    except SendError:
        return  # we may be stricter
    theirs = by_h11(data, method)
    assert theirs in (None, (response.status, _comparable(response.headers), response.body))
    assert read(data, method=method) == response  # however it is cut


def test_h11_accepts_all_that_we_call_good():
    for data, body in GOOD.values():
        theirs = by_h11(data, "POST")
        assert theirs is not None
        assert theirs[2] == body


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_crash_it(data, begins_well):
    with suppress(SendError):
        read(b"HTTP/1.1 200 OK\r\n" * begins_well + data)


def test_a_request_goes_out_byte_for_byte():
    headers = Headers([(b"hOST", b"h:1"), (b"X-A", b"\xff\t "), (b"x-a", b""), (b"Content-Length", b"2")])
    assert head(Request("PATCH", "http://h:1/a/../%2e?x?", headers, b"ok")) == (
        b"PATCH /a/../%2e?x? HTTP/1.1\r\nhOST: h:1\r\nX-A: \xff\t \r\nx-a: \r\nContent-Length: 2\r\n\r\n"
    )


@pytest.mark.parametrize(
    ("method", "url", "line"),
    [
        ("GET", "http://h", b"GET / "),
        ("GET", "http://h?q", b"GET /?q "),
        ("GET", "http://h//evil/x", b"GET //evil/x "),
        ("GET", "http://h/x?", b"GET /x? "),
        ("OPTIONS", "http://h", b"OPTIONS * "),
        ("OPTIONS", "http://h/", b"OPTIONS / "),
        ("GET", "http://h/http://evil/", b"GET /http://evil/ "),
    ],
)
def test_the_request_line_spells_the_url_as_it_was(method: str, url: str, line: bytes):
    assert head(Request(method, url)).startswith(line)


@pytest.mark.parametrize(
    "request_",
    [
        Request("", "http://h/"),
        Request("GET /x HTTP/1.1\r\nX:", "http://h/"),
        Request("GÉT", "http://h/"),
        Request("CONNECT", "http://h/"),
        Request("GET", "http://h/ HTTP/1.1\r\nX: y"),
        Request("GET", "http://h/\xe9"),
        Request("GET", "http://h/\udcff"),
        *[
            Request("GET", "http://h/", Headers([pair]))
            for pair in [
                (b"", b"x"),
                (b"X A", b"x"),
                (b"X:", b"x"),
                (b"X\r\nY", b"x"),
                (b"X\xe9", b"x"),
                (b"X", b"a\r\nY: b"),
                (b"X", b"a\nb"),
                (b"X", b"a\rb"),
                (b"X", b"a\0b"),
                (b"X", b"\x1b[31m"),
                (b"Transfer-Encoding", b"chunked"),
                (b"Content-Length", b"1"),
                (b"Content-Length", b"00"),
                (b"Content-Length", b""),
            ]
        ],
        Request("POST", "http://h/", Headers([(b"content-length", b"1")]), b"ab"),
        Request("POST", "http://h/", Headers([(b"content-length", b"2"), (b"Content-Length", b"2")]), b"ab"),
        Request("POST", "http://h/", body=b"GET /smuggled HTTP/1.1\r\n\r\n"),
    ],
)
def test_nothing_is_smuggled(request_: Request):
    with pytest.raises(SendError) as caught:
        head(request_)
    assert caught.value.slug == "unsendable"
