"""A handler's Response as the bytes of an answer."""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus

from aiohttp import web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http import HttpVersion10

from whcli.http import Headers, Response

JSON = Headers([(b"Content-Type", b"application/json")])


class Answer(web.StreamResponse):
    """A whole response, written at once."""

    def __init__(self, response: Response, raw: web.BaseRequest, *, close: bool = False) -> None:
        # The parent's own state is for responses built step by step, and costs as much as the rest of the answer.
        self._response = response
        self._keep_alive = raw.keep_alive and not close
        self._raw = raw

    async def prepare(self, request: web.BaseRequest) -> None:
        """Nothing is left to prepare."""

    async def write_eof(self, data: bytes = b"") -> None:  # noqa: ARG002 - the parent's word
        """Write head and body in one piece; ConnectionError when the sender is gone."""
        raw, (status, headers, body, _) = self._raw, self._response
        transport = raw.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError
        head = [_status_line(status)]
        head += [b"%b: %b\r\n" % pair for pair in headers]
        if self._keep_alive:
            head.append(b"Connection: keep-alive\r\n" if raw.version == HttpVersion10 else b"")
        else:
            head.append(b"Connection: close\r\n")
        bodyless = status in (204, 304)
        length = b"" if bodyless else b"Content-Length: %d\r\n" % len(body)
        head.append(b"Date: %b\r\n%b\r\n" % (rfc822_formatted_time().encode(), length))
        if body and not bodyless and raw.method != "HEAD":
            head.append(body)
        transport.write(b"".join(head))


def error_response(status: int, reason: str) -> Response:
    """A refusal that says why, as JSON."""
    headers = JSON if status != HTTPStatus.SERVICE_UNAVAILABLE else Headers((*JSON, (b"Retry-After", b"5")))
    return Response(status, headers, json.dumps({"error": reason}).encode())


@lru_cache(maxsize=64)
def _status_line(status: int) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = ""
    return f"HTTP/1.1 {status} {phrase}\r\n".encode()
