"""Answers of our own, as values: JSON, on a line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from whcli.http import Headers, Response

JSON = Headers([(b"Content-Type", b"application/json")])
RETRY = (b"Retry-After", b"5")
UNAVAILABLE = 503


def reply(status: int, value: Mapping[str, object]) -> Response:
    """A JSON object; with 503, after how many seconds to come again (RFC 9110, 10.2.3)."""
    headers = Headers((*JSON, RETRY)) if status == UNAVAILABLE else JSON
    return Response(status, headers, json.dumps(value, separators=(",", ":")).encode())


def refusal(status: int, reason: str) -> Response:
    """A refusal that says why."""
    return reply(status, {"error": reason})
