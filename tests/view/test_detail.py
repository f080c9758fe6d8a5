from __future__ import annotations

from whcli.http import Headers, Request, Response
from whcli.model import Verdict
from whcli.view.detail import delivery
from whcli.view.live import attempt as attempt_line

from .samples import JSON, NOW, PLAIN, attempt, record


def shown(found, verdicts=(), attempts=(), *, width=None, **more) -> list[str]:
    return list(delivery(found, verdicts, attempts, width=width, style=PLAIN, now=NOW, **more))


def test_headers_are_shown_as_they_came():
    headers = Headers(((b"HOST", b"h"), (b"x-A", b""), (b"X-a", b"caf\xe9"), (b"X-U", "é".encode())))
    request = Request("PUT", "http://h/a/../b?x", headers, b"body")
    assert shown(record(request=request), headers_only=True) == [
        "PUT http://h/a/../b?x",
        *("HOST: h", "x-A: ", "X-a: caf\\xe9", "X-U: é"),
    ]


def test_every_verdict_is_shown_with_its_fix():
    lines = shown(
        record(),
        [
            Verdict("mismatch", "Made with another secret.", "wrong-secret", "Copy the secret of this endpoint."),
            Verdict("valid", "The signature holds.", signed_at=NOW, secret_label="env:WHSEC"),
        ],
    )
    assert "signature  ✗ mismatch  Made with another secret." in lines
    assert "fix        Copy the secret of this endpoint." in lines
    signed = "signature  ✓ valid  The signature holds.  by env:WHSEC  signed 2026-11-23 14:02:11.123 +0000"
    assert signed in lines
    assert "signature  ✓ valid  The signature holds." in shown(record())
    assert "signature  – unchecked" in shown(record(verdict=None))


def test_what_is_not_known_is_left_out():
    lines = shown(record(provider=None, event_type=None, event_id=None, remote=None, origin="imported"))
    assert not any(line.startswith("event") for line in lines)
    assert "imported   2026-11-23 14:02:11.123 +0000  0s ago" in lines
    assert "endpoint   /webhook/stripe" in lines


def test_attempts_follow_with_their_answers():
    lines = shown(record(), attempts=[attempt(500, resigned=True), attempt(None, number=2)])
    at = lines.index("→ 500  37ms  http://127.0.0.1:3000/hooks  forward  re-signed  14:02:11")
    assert lines[at + 1 :] == [
        *("  Host: 127.0.0.1:8400", "  Content-Type: application/json", "  {", '    "ok": true', "  }", ""),
        (
            "✗ connection refused: nothing listens on 127.0.0.1:3000: start your app  http://127.0.0.1:3000/hooks"
            "  forward no. 2  14:02:11"
        ),
        "  then: whcli replay 42",
    ]


def test_long_answers_are_cut():
    long = attempt(response=Response(200, Headers(), b"line\n" * 100, 500))
    assert shown(record(), attempts=[long])[-1] == "  … more: --json shows all of it"
    kept = attempt(response=Response(200, Headers(), b"line", 1_000_004))
    assert shown(record(), attempts=[kept])[-2:] == ["  line", "  … 1.0 MB more"]
    part = attempt(response=Response(200, Headers(JSON), b'{"ok": [1, 2', 1_000_012))
    assert shown(record(), attempts=[part])[-5:] == ["  {", '    "ok": [', "      1,", "      2", "  … 1.0 MB more"]


def test_of_a_long_body_the_beginning_is_shown_and_what_writes_all_of_it():
    request = Request("POST", "http://h/", Headers(JSON), b'{"a": [' + b"1, " * 500_000 + b"1]}")
    lines = shown(record(request=request))
    at = lines.index("only the first 1.0 MB of 1.5 MB are shown; whcli show 42 --body writes all of it")
    assert lines[at + 1 : at + 4] == ["{", '  "a": [', "    1,"]


def test_an_attempt_takes_one_line():
    def of(sent, width=None):
        return attempt_line(sent, width=width, style=PLAIN)

    assert of(attempt(resigned=True)) == "#42  → 200  37ms  http://127.0.0.1:3000/hooks  re-signed"
    assert of(attempt(delivery_id=None)) == "→ 200  37ms  http://127.0.0.1:3000/hooks"
    assert of(attempt(None)) == "#42  ✗ connection refused: nothing listens on 127.0.0.1:3000: start your app"
    assert of(attempt(None), 20) == "#42  ✗ connection r…"
    assert of(attempt(None, error=None)) == "#42  ✗ no answer"


def test_long_headers_continue_further_in():
    request = Request("POST", "http://h/", Headers(((b"A", b"b" * 10), *JSON)), b"")
    assert shown(record(request=request), width=10, headers_only=True)[:5] == [
        *("POST http:", "    //h/", "A: bbbbbbb", "    bbb", "Host: 127."),
    ]
