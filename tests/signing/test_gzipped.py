"""Bodies that were signed before they were compressed."""

from __future__ import annotations

import gzip
import zlib
from datetime import UTC, datetime

import pytest

from whcli import providers
from whcli.http import HELD, Body, Headers, Request
from whcli.model import Secret

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SECRET = Secret("ours", "secret")
PLAIN = b'{"type":"message.new","text":"Ol\xc3\xa1"}'
PACKED = gzip.compress(PLAIN, mtime=0)
each_sender = pytest.mark.parametrize("name", ["airship", "stream"])


def signed(name: str, body: Body = PLAIN) -> Request:
    """The plain request as its sender signs it."""
    request = Request("POST", "https://example.com", Headers(), body)
    return providers.get(name).scheme.sign(request, secret=SECRET, now=NOW)


def outcome(name: str, request: Request) -> str:
    return providers.get(name).scheme.verify(request, secrets=[SECRET], now=NOW).outcome


def packed(request: Request, body: Body = PACKED) -> Request:
    """The request with another body, said to be gzip."""
    return request._replace(headers=Headers([*request.headers, (b"Content-Encoding", b"gzip")]), body=body)


@each_sender
def test_what_was_signed_and_then_compressed_is_valid(name: str):
    request = signed(name)
    assert outcome(name, request) == "valid"
    assert outcome(name, packed(request)) == "valid"
    assert outcome(name, packed(request, gzip.compress(PLAIN, 1))) == "valid", "the bytes on the wire do not count"


@each_sender
def test_only_what_is_said_to_be_compressed_is_unpacked(name: str):
    request = signed(name)
    assert outcome(name, request._replace(body=PACKED)) == "mismatch"
    assert outcome(name, packed(request, gzip.compress(PLAIN + b" "))) == "mismatch"


@each_sender
@pytest.mark.parametrize(
    "body",
    [
        *(b"", PLAIN, b"\x1f\x8b", PACKED[:-1], PACKED + b"x", PACKED + PACKED, zlib.compress(PLAIN)),
        PACKED[:-8] + bytes([PACKED[-8] ^ 1]) + PACKED[-7:],
        gzip.compress(bytes(HELD + 1)),
    ],
    ids=["empty", "plain", "a head", "cut", "more behind", "two", "zlib", "another checksum", "a bomb"],
)
def test_what_is_not_gzip_is_told(name: str, body: bytes):
    assert outcome(name, packed(signed(name), body)) == "malformed"


@each_sender
def test_a_body_that_fills_what_is_held_is_unpacked_whole(name: str):
    body = bytes(HELD)
    assert outcome(name, packed(signed(name, body), gzip.compress(body))) == "valid"


@each_sender
def test_a_packed_request_is_signed_anew_as_it_is_judged(name: str):
    other = Secret("other", "another secret")
    again = providers.get(name).scheme.sign(packed(signed(name)), secret=other, now=NOW)
    assert again.body == PACKED
    assert outcome(name, again) == "mismatch"
    assert providers.get(name).scheme.verify(again, secrets=[other], now=NOW).outcome == "valid"
