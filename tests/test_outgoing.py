"""A stored request made fit for a target."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli.errors import UsageError
from whcli.http import Headers, Request, split_url
from whcli.model import Target
from whcli.net.wire import head
from whcli.outgoing import FIELD, TOKEN, origin_of, parse_target, prepare, redact


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("3000", "http://127.0.0.1:3000"),
        (":3000", "http://127.0.0.1:3000"),
        ("3000/", "http://127.0.0.1:3000/"),
        ("3000/hooks?a=1", "http://127.0.0.1:3000/hooks?a=1"),
        ("3000?a=1", "http://127.0.0.1:3000?a=1"),
        ("3000/x?to=http://y", "http://127.0.0.1:3000/x?to=http://y"),
        ("localhost:3000", "http://localhost:3000"),
        ("app_1:80/a/../b", "http://app_1:80/a/../b"),
        ("[::1]:3000/x", "http://[::1]:3000/x"),
        ("http://localhost", "http://localhost"),
        ("HTTPS://Example.com/%2e", "https://Example.com/%2e"),
        ("http://[::1]/", "http://[::1]/"),
        ("http://u:p@h:1/x", "http://u:p@h:1/x"),
    ],
)
def test_a_target_in_each_of_its_forms(text: str, url: str):
    assert parse_target(text) == url
    assert parse_target(url) == url


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "0",
        "70000",
        "-1",
        "3000 ",
        "localhost",
        "payment.success",
        "/hooks",
        "http://",
        "http:///x",
        "http://:80",
        "ftp://h:1/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "h:",
        "h:x",
        "h:0",
        "h:65536",
        "h:99999999999999",
        "h:1:2",
        "http://3000/hooks",
        "3000/a#b",
        "3000/\n",
        "3000/\x00",
        "3000/é",
        "３０００",
        "münchen:80",
        "[::1]",
        "[::1:3000",
        "[::g]:1",
        "[fe80::1%25eth0]:1",
        "[::1]x:1",
        "http://h h/",
        "http://h/ x",
        "a" * 5000,
        "http://h\\@evil:1/",
        "://x:1",
        "http:/h:1",
        "http://u:p@/",
        "h%41:1",
    ],
)
def test_nonsense_is_refused_with_examples(text: str):
    with pytest.raises(UsageError) as caught:
        parse_target(text)
    assert "3000/hooks" in (caught.value.hint or "")
    assert len(caught.value.message) < 200
    assert caught.value.message.isprintable()


def test_a_refused_target_does_not_show_its_password():
    with pytest.raises(UsageError) as caught:
        parse_target("ftp://user:hunter2@host/")
    assert "hunter2" not in caught.value.message


@given(st.text(max_size=30))
def test_any_text_is_a_url_or_a_usage_error(text):
    try:
        url = parse_target(text)
    except UsageError:
        return
    assert 0 < origin_of(url).port < 1 << 16
    assert url.isascii()
    assert url.isprintable()


@pytest.mark.parametrize(
    ("asked", "target", "sent"),
    [
        ("/a/../b?x=1", "http://t:1", "/a/../b?x=1"),
        ("/x?", "http://t:1", "/x?"),
        ("/%2e%2E//", "http://t:1", "/%2e%2E//"),
        ("/x#y", "http://t:1", "/x#y"),
        ("", "http://t:1", "/"),
        ("/x?q=1", "http://t:1/", "/?q=1"),
        ("/x?q=1", "http://t:1/hooks", "/hooks?q=1"),
        ("/x?", "http://t:1/hooks", "/hooks?"),
        ("/x", "http://t:1/hooks", "/hooks"),
        ("/x?q=1", "http://t:1/hooks?own", "/hooks?own"),
        ("/x?q=1", "http://t:1/hooks?", "/hooks?"),
        ("/x?q=1", "http://t:1?own", "/x?own"),
        ("//evil/x", "http://t:1", "//evil/x"),
    ],
)
def test_paths_keep_their_spelling(asked: str, target: str, sent: str):
    prepared = prepare(Request("GET", f"http://evil.example:99{asked}"), Target(target))
    assert split_url(prepared.url)[0] == "http://t:1"
    assert head(prepared).split(b"\r\n")[0] == f"GET {sent} HTTP/1.1".encode()


def test_options_of_the_whole_server_stays_that():
    assert head(prepare(Request("OPTIONS", "http://h"), Target("http://t:1"))).startswith(b"OPTIONS * HTTP/1.1\r\n")


def test_headers_of_the_connection_stay_behind():
    request = Request(
        "POST",
        "http://h/",
        Headers(
            [
                (b"Host", b"h"),
                (b"connection", b"keep-alive, X-Hop"),
                (b"Connection", b" ,x-too"),
                (b"X-Hop", b"1"),
                (b"X-TOO", b"1"),
                (b"Keep-Alive", b"timeout=5"),
                (b"Proxy-Connection", b"keep-alive"),
                (b"Proxy-Authorization", b"Basic x"),
                (b"TE", b"trailers"),
                (b"Trailer", b"X"),
                (b"Transfer-Encoding", b"chunked"),
                (b"Upgrade", b"h2c"),
                (b"Expect", b"100-continue"),
                (b"Content-Encoding", b"gzip"),
            ]
        ),
        b"abc",
    )
    assert prepare(request, Target("http://t:1")).headers == (
        (b"Host", b"t:1"),
        (b"Content-Encoding", b"gzip"),
        (b"Content-Length", b"3"),
    )


def test_host_and_length_are_said_once_in_their_old_places():
    headers = Headers(
        [(b"X", b"1"), (b"hOsT", b"h"), (b"content-LENGTH", b"7"), (b"HOST", b"i"), (b"Content-Length", b"9")]
    )
    assert prepare(Request("POST", "http://h/", headers, b"ok"), Target("http://t:1")).headers == (
        (b"X", b"1"),
        (b"hOsT", b"t:1"),
        (b"content-LENGTH", b"2"),
    )


def test_the_host_may_be_kept_but_not_left_out():
    request = Request("GET", "http://h/", Headers([(b"Host", b"shop.example")]))
    assert prepare(request, Target("http://t:1"), preserve_host=True).headers == ((b"Host", b"shop.example"),)
    assert prepare(Request("GET", "http://h/"), Target("http://t:1"), preserve_host=True).headers == (
        (b"Host", b"t:1"),
    )


@pytest.mark.parametrize(
    ("method", "headers", "lengths"),
    [
        ("GET", [], []),
        ("HEAD", [], []),
        ("DELETE", [], []),
        ("POST", [], [b"0"]),
        ("PUT", [], [b"0"]),
        ("GET", [(b"Content-Length", b"5")], [b"0"]),
    ],
)
def test_a_request_without_a_body_states_a_length_only_where_one_is_due(method: str, headers, lengths):
    prepared = prepare(Request(method, "http://h/", Headers(headers)), Target("http://t:1"))
    assert prepared.headers.all(b"content-length") == lengths


def test_the_targets_headers_are_set_in_place():
    request = Request("GET", "http://h/", Headers([(b"X-A", b"1"), (b"Host", b"h"), (b"x-a", b"2"), (b"Y", b"3")]))
    target = Target("http://t:1", headers=((b"X-a", b"new"), (b"Z", b"\xff"), (b"Host", b"mine")))
    assert prepare(request, target).headers == ((b"X-A", b"new"), (b"Host", b"mine"), (b"Y", b"3"), (b"Z", b"\xff"))


def test_credentials_leave_the_url_for_a_header():
    prepared = prepare(
        Request("GET", "http://h/x", Headers([(b"Authorization", b"Old")])), Target("http://us%40r:p:w@t:1")
    )
    assert prepared.url == "http://t:1/x"
    assert prepared.headers == ((b"Authorization", b"Basic dXNAcjpwOnc="), (b"Host", b"t:1"))
    assert redact("http://us%40r:p:w@t:1/x@y?z@") == "http://t:1/x@y?z@"
    assert redact("http://t:1") == "http://t:1"


@pytest.mark.parametrize(
    "pair",
    [
        (b"", b"x"),
        (b"X Y", b"x"),
        (b"X:", b"x"),
        (b"X\r\n", b"x"),
        (b"X\xe9", b"x"),
        (b"X", b"a\r\nY: b"),
        (b"X", b"\0"),
        (b"X", b"\x7f"),
        (b"Content-Length", b"5"),
        (b"transfer-encoding", b"chunked"),
        (b"Connection", b"close"),
    ],
)
def test_a_users_header_that_would_break_the_request_is_refused(pair: tuple[bytes, bytes]):
    with pytest.raises(UsageError):
        prepare(Request("GET", "http://h/"), Target("http://t:1", headers=(pair,)))


FREE = st.binary(min_size=1).map(lambda name: b"X-" + bytes(TOKEN[byte % len(TOKEN)] for byte in name))
VALUES = st.binary().map(lambda value: bytes(FIELD[byte % len(FIELD)] for byte in value))


@given(st.lists(st.tuples(FREE, VALUES)), st.binary())
def test_all_other_headers_and_the_body_stay_byte_for_byte(pairs, body):
    request = Request("POST", "http://h/", Headers([*pairs, (b"Host", b"h"), (b"Content-Length", b"1")]), body)
    prepared = prepare(request, Target("http://t:1"))
    assert prepared.headers[:-2] == tuple(pairs)
    assert prepared.headers[-2:] == ((b"Host", b"t:1"), (b"Content-Length", b"%d" % len(body)))
    assert prepared.body is body
