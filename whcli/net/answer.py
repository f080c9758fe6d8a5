"""A handler's Response as the bytes of an answer."""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus

from aiohttp.helpers import rfc822_formatted_time

from whcli.http import Response

BODYLESS = (204, 304)
KEPT = b""
CLOSED = b"Connection: close\r\n"
KEPT_BY_1_0 = b"Connection: keep-alive\r\n"


def wire(response: Response, *, connection: bytes, head_only: bool = False) -> bytes:
    """Head and body in one piece; `connection` is one of the three lines above (RFC 9112, 9.3)."""
    status, headers, body, _ = response
    fields = b"".join([b"%b: %b\r\n" % pair for pair in headers])
    length = b"" if status in BODYLESS else b"Content-Length: %d\r\n" % len(body)
    date = rfc822_formatted_time().encode()
    head = b"%b%b%b%bDate: %b\r\n\r\n" % (_status_line(status), fields, connection, length, date)
    return head if head_only or status in BODYLESS else head + body


@lru_cache(maxsize=64)
def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()
