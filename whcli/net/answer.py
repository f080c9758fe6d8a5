"""A handler's Response as the bytes of an answer."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus

from aiohttp.helpers import rfc822_formatted_time

from whcli.http import Headers, Response

BODYLESS = (204, 304)
KEPT = b""
CLOSED = b"Connection: close\r\n"
KEPT_BY_1_0 = b"Connection: keep-alive\r\n"


def wire(response: Response, *, connection: bytes, head_only: bool = False) -> bytes:
    """Head and body in one piece; `connection` is one of the three lines above (RFC 9112, 9.3)."""
    status, headers, body, _ = response
    start = _start(status, headers, connection)
    if status in BODYLESS:
        return b"%bDate: %b\r\n\r\n" % (start, rfc822_formatted_time().encode())
    head = b"%bContent-Length: %d\r\nDate: %b\r\n\r\n" % (start, len(body), rfc822_formatted_time().encode())
    return head if head_only else head + body


@lru_cache(maxsize=64)
def _start(status: int, headers: Headers, connection: bytes) -> bytes:
    """What most answers begin with; remembered, for a listener gives few kinds of them."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    fields = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    return b"HTTP/1.1 %d %b\r\n%b%b" % (status, phrase.encode(), fields, connection)
