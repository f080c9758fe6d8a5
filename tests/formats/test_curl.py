"""The command is run by a shell, and what arrives is compared with what was stored."""

from __future__ import annotations

import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.net.raw import RawServer, closing
from whcli.formats.curl import curl
from whcli.http import Headers, Request
from whcli.outgoing import FIELD, TOKEN

CLOSE = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
LEFT_TO_CURL = (b"host", b"content-length")


def arrived(request: Request) -> tuple[bytes, list[bytes], bytes]:
    """The request line, the headers and the body that came of running the command."""
    assert shutil.which("curl"), "these tests run the commands we print: install curl"
    with RawServer(closing(CLOSE)) as server:
        command = curl(request._replace(url=request.url.replace("http://h", server.url, 1)))
        assert all(char == "\n" or " " <= char <= "~" for char in command)
        done = subprocess.run(["sh"], input=command.encode(), capture_output=True, timeout=20, check=False)
        assert done.returncode == 0, done.stderr
        assert len(server.requests) == 1
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    line, *headers = head.split(b"\r\n")
    return line, [each for each in headers if each.partition(b":")[0].lower() not in LEFT_TO_CURL], body


NAMES = st.one_of(
    st.sampled_from([b"User-Agent", b"accept", b"Content-Type", b"Cookie", b"Authorization", b"Referer", b"Range"]),
    st.binary(min_size=1, max_size=8).map(lambda name: bytes(TOKEN[byte % len(TOKEN)] for byte in name)),
).filter(lambda name: name.lower() not in {*LEFT_TO_CURL, b"te", b"trailer", b"upgrade", b"expect"})
VALUES = st.binary(max_size=12).map(lambda value: bytes(FIELD[byte % len(FIELD)] for byte in value).strip(b" \t"))
PATHS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=12)
BODIES = st.binary(max_size=40) | st.text(max_size=40).map(str.encode) | st.sampled_from([b"@/etc/passwd", b"@-", b"'"])


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["GET", "POST", "PATCH", "x'odd!"]), PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=6), BODIES
)
def test_curl_sends_what_was_stored(method, path, pairs, body):
    line, headers, sent = arrived(Request(method, f"http://h/{path}", Headers(pairs), body))
    assert line == f"{method} /{path} HTTP/1.1".encode()
    assert [each.replace(b": ", b":", 1) for each in headers] == [name + b":" + value for name, value in pairs]
    assert sent == body


@pytest.mark.parametrize(
    ("method", "path", "line"),
    [
        ("GET", "", b"GET / HTTP/1.1"),
        ("GET", "/a/../%2e%2E/./b", b"GET /a/../%2e%2E/./b HTTP/1.1"),
        ("GET", "/x?", b"GET /x? HTTP/1.1"),
        ("GET", "/x#y", b"GET /x#y HTTP/1.1"),
        ("GET", "/[1-3]{a,b}", b"GET /[1-3]{a,b} HTTP/1.1"),
        ("GET", "//evil/x", b"GET //evil/x HTTP/1.1"),
        ("GET", "?q=1", b"GET /?q=1 HTTP/1.1"),
        ("GET", "/$(id)`id`'\"\\", b"GET /$(id)`id`'\"\\ HTTP/1.1"),
        ("OPTIONS", "", b"OPTIONS * HTTP/1.1"),
        ("OPTIONS", "/", b"OPTIONS / HTTP/1.1"),
        ("HEAD", "/x", b"HEAD /x HTTP/1.1"),
    ],
)
def test_request_lines_keep_their_spelling(method: str, path: str, line: bytes):
    assert arrived(Request(method, f"http://h{path}")) == (line, [], b"")


@pytest.mark.parametrize(
    "body",
    [
        b"'; rm -rf ~",
        b'{"a": "b"}',
        b"line\r\nline\n\n",
        "é\u2028\u202e".encode(),
        b"\xff\0\x1b[2J",
        b"%s %n \\n $HOME `id`",
        b"x" * 70_000,
        bytes(1_500_000),
    ],
)
def test_bodies_arrive_byte_for_byte(body: bytes):
    assert arrived(Request("POST", "http://h/", body=body)) == (b"POST / HTTP/1.1", [], body)


def test_an_empty_body_that_was_announced_is_announced_again():
    with RawServer(closing(CLOSE)) as server:
        command = curl(Request("POST", server.url, Headers([(b"Content-Length", b"0")])))
        subprocess.run(["sh"], input=command.encode(), capture_output=True, timeout=20, check=True)
    assert b"Content-Length: 0\r\n" in server.requests[0]


def test_a_host_that_is_not_the_urls_is_sent():
    with RawServer(closing(CLOSE)) as server:
        command = curl(Request("GET", server.url, Headers([(b"Host", b"shop.example")])))
        subprocess.run(["sh"], input=command.encode(), capture_output=True, timeout=20, check=True)
    assert b"Host: shop.example\r\n" in server.requests[0]


def test_a_short_command_is_one_line_and_a_long_one_many():
    assert "\n" not in curl(Request("GET", "http://h/x"))
    long = curl(Request("GET", "http://h/x", Headers([(b"X-Long", b"y" * 80)])))
    assert all(line.endswith(" \\") for line in long.split("\n")[:-1])
