"""Who may call: the address that a request is said to come from, and nothing else."""

from __future__ import annotations

import pytest

from whcli import ranges
from whcli.actions.gate import Gate
from whcli.http import Headers, Request, Response

OFFICE = [ranges.parse("192.0.2.0/24")]


@pytest.mark.parametrize(
    ("remote", "path", "passed"),
    [
        ("192.0.2.7", "/webhook/stripe", True),
        ("::ffff:192.0.2.7", "/", True),
        ("198.51.100.7", "/webhook/stripe", False),
        ("127.0.0.1", "/webhook/stripe", False),
        ("127.0.0.1", "/health", True),
        ("::1", "/health?x", True),
        ("198.51.100.7", "/health", False),
        (None, "/", False),
        ("192.0.2.7, 198.51.100.7", "/", False),
        ("\x1b[31m", "/", False),
    ],
)
def test_an_address_passes_or_is_refused_and_told_of(remote: str | None, path: str, passed: bool):
    handled: list[str | None] = []
    refused: list[tuple[int, str]] = []
    answers: list[Response] = []
    forged = Headers([(b"X-Forwarded-For", b"192.0.2.7"), (b"Host", b"192.0.2.7"), (b"Forwarded", b"for=192.0.2.7")])
    gate = Gate(lambda _, address, __: handled.append(address), OFFICE, refused=lambda *why: refused.append(why))
    gate(Request("GET", f"http://127.0.0.1:8400{path}", forged, b"{}"), remote, answers.append)
    if passed:
        assert (handled, refused, answers) == ([remote], [], [])
        return
    assert handled == []
    [(status, reason)] = refused
    [answer] = answers
    assert (status, answer.status) == (403, 403)
    assert (remote or "an unknown address") in reason
    assert answer.body.startswith(b'{"error":"')
