"""Lists, live lines, and how they share the room there is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from whcli.model import TunnelState, Verdict
from whcli.view import words
from whcli.view.live import line, ready, title, tunnel
from whcli.view.tables import PAGE, attempts, deliveries, pairs
from whcli.view.theme import Span, Style, cut, fold

from .samples import COLOR, NOW, PLAIN, attempt, record


def test_a_live_line_says_all_there_is_to_a_delivery():
    assert line(record(), [attempt()], width=100, style=PLAIN) == (
        "14:02:11  #42    stripe  payment_intent.succeeded     evt_1Pq…      87 B  ✓ sig        → 200  37ms"
    )


@pytest.mark.parametrize("width", [80, 100, 120])
def test_live_lines_stand_in_columns(width):
    lines = [line(record(number), [attempt()], width=width, style=PLAIN) for number in (1, 42, 1234)]
    assert len({shown.index("✓") for shown in lines}) == len({shown.index("→") for shown in lines}) == 1
    assert all("payment_intent.succeeded" in shown and shown.endswith("→ 200  37ms") for shown in lines)


def test_an_error_gets_the_room_of_what_matters_less():
    shown = line(record(), [attempt(None)], width=80, style=PLAIN)
    assert "✗ start your app, nothing is on :3000" in shown
    assert line(record(), [attempt(None)], width=None, style=PLAIN).endswith(":3000, then whcli replay 42")


@pytest.mark.parametrize(
    ("verdict", "shown"),
    [
        (Verdict("valid", "x"), "\x1b[32m✓ sig"),
        (Verdict("unchecked", "x"), "\x1b[2m– unchecked"),
        (None, "\x1b[2m– unchecked"),
        (Verdict("mismatch", "made with another secret"), "\x1b[31m✗ sig: made with another secret"),
        (Verdict("expired", "signed 10 minutes ago"), "\x1b[31m✗ sig: signed 10 minutes ago"),
    ],
)
def test_only_a_valid_signature_is_green(verdict, shown):
    assert shown in line(record(verdict=verdict), [], width=None, style=COLOR)


def test_what_else_a_live_line_tells():
    def of(*sent, **changes):
        return line(record(**changes), sent, width=None, style=PLAIN)

    assert "✓ sig  dup of #40  → 200" in of(attempt(), duplicate_of=40)
    assert "→ 307 not followed  37ms" in of(attempt(307))
    assert ":3000 → 200  37ms  b.test → 500  37ms" in of(attempt(), attempt(500, target="https://b.test/x"))
    assert "→ 200" in of(attempt(500), attempt(200))
    assert "→ 500" not in of(attempt(500), attempt(200))
    assert "POST /webhook/stripe" in of(event_type=None)
    assert "✗ no way to host, then whcli replay 42" in of(attempt(None, error="no_route: no way to host"))
    assert "✗ odd" in of(attempt(None, error="odd", delivery_id=None))


def test_a_list_has_a_header_on_a_terminal_and_none_in_a_pipe():
    found = [record(43, duplicate_of=42), record(42)]
    shown = list(deliveries(found, width=100, style=PLAIN, now=NOW))
    assert shown[0].split()[:4] == ["ID", "TIME", "PROVIDER", "EVENT"]
    assert shown[1].endswith("dup #42")
    assert list(deliveries(found, width=None, style=PLAIN, now=NOW)) == [
        (
            "43\t2026-11-23T14:02:11Z\tstripe\tpayment_intent.succeeded\tevt_1PqR7sKJ2eZvKYlo2C0abc\t87\tvalid\t200\t42"
            "\t/webhook/stripe"
        ),
        (
            "42\t2026-11-23T14:02:11Z\tstripe\tpayment_intent.succeeded\tevt_1PqR7sKJ2eZvKYlo2C0abc\t87\tvalid\t200\t"
            "\t/webhook/stripe"
        ),
    ]
    assert list(deliveries([], width=100, style=PLAIN, now=NOW)) == []


def test_attempts_in_a_pipe():
    sent = [attempt(), attempt(None, delivery_id=None)]
    assert list(attempts(sent, width=None, style=PLAIN, now=NOW)) == [
        "7\t42\tforward\t1\t2026-11-23T14:02:11Z\thttp://127.0.0.1:3000/hooks\t37\t200\t",
        (
            "7\t\tforward\t1\t2026-11-23T14:02:11Z\thttp://127.0.0.1:3000/hooks\t37\t\t"
            "connection_refused: nothing listens on 127.0.0.1:3000: start your app"
        ),
    ]


def test_a_list_streams_after_its_first_page():
    asked = []

    def endless():
        while True:
            asked.append(1)
            yield record(len(asked))

    lines = deliveries(endless(), width=80, style=PLAIN, now=NOW)
    next(lines)
    assert len(asked) == PAGE


def test_the_ready_block():
    block = ready(
        url="http://127.0.0.1:8400",
        public_url="https://x.test",
        db="/data/whcli.db",
        endpoints=[("/webhook/stripe", "stripe", "secret"), ("/webhook/acme", None, "nothing")],
        targets=["http://127.0.0.1:3000"],
        width=None,
        style=PLAIN,
    )
    assert block == [
        "listening on   http://127.0.0.1:8400",
        "public URL     https://x.test",
        "endpoint       /webhook/stripe  stripe  signatures are checked",
        "endpoint       /webhook/acme  no secret: signatures are not checked",
        "forwarding to  http://127.0.0.1:3000",
        "database       /data/whcli.db",
        "try            whcli send --event payment.success  in another terminal",
    ]


def test_long_values_continue_under_themselves():
    shown = list(pairs([("a", [Span("one two three four")])], width=14, style=PLAIN))
    assert shown == ["a  one two", "   three four"]
    assert list(pairs([], width=14, style=PLAIN)) == []


def test_spans_are_cut_and_folded_by_cells():
    spans = [Span("日本語", "ok"), Span("abc")]
    assert cut(spans, 9) == spans
    assert PLAIN.line(spans, 8) == "日本語a…"
    assert PLAIN.line(spans, 6) == "日本…"
    assert [PLAIN.line(part) for part in fold(spans, 4)] == ["日本", "語ab", "c"]
    assert [PLAIN.line(part) for part in fold(spans, 1)] == ["日", "本", "語", "a", "b", "c"]
    assert [PLAIN.line(part) for part in fold([Span("abcdef")], 4, indent=2)] == ["abcd", "  ef"]


def test_colour_is_the_callers_to_decide():
    assert Style(True)("ok", "x") == "\x1b[32mx\x1b[0m"
    assert Style(False)("ok", "x") == Style(True)("", "x") == "x"


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 B"), (999, "999 B"), (1834, "1.8 kB"), (10**6, "1.0 MB"), (26214400, "26.2 MB"), (10**16, "10000.0 TB")],
)
def test_sizes(count, shown):
    assert words.size(count) == shown


@pytest.mark.parametrize(
    ("ms", "shown"), [(0.4, "0ms"), (37, "37ms"), (999.9, "999ms"), (1250, "1.2s"), (65000, "1m05s")]
)
def test_spans_of_time(ms, shown):
    assert words.took(timedelta(milliseconds=ms)) == shown


@pytest.mark.parametrize(
    ("back", "shown", "since"),
    [
        ({"seconds": 2}, "14:02:09", "2s ago"),
        ({"minutes": 61}, "13:01:11", "1h ago"),
        ({"days": 1}, "11-22 14:02", "1d ago"),
        ({"days": 400}, "2025-10-19", "400d ago"),
        ({"seconds": -5}, "14:02:16", "0s ago"),
    ],
)
def test_moments(back, shown, since):
    when = NOW - timedelta(**back)
    assert words.moment(when, NOW).text == shown
    assert words.ago(when, NOW) == since


def test_a_tunnel_is_told_with_its_gap_and_with_what_mends_it():
    up = TunnelState(NOW, "ngrok", "up", "https://x.ngrok.app", checked=True, down_since=NOW - timedelta(minutes=2))
    down = TunnelState(NOW, "ngrok", "down", "https://x.ngrok.app", reason="this \x1bcomputer slept", hint="wake it")
    time, before = words.clock(NOW), words.clock(NOW - timedelta(minutes=2))
    told = [tunnel(state, width=200, style=PLAIN) for state in (up, down)]
    assert told == [
        f"{time}  tunnel ngrok is up again, it was down from {before} to {time}\n          https://x.ngrok.app",
        f"{time}  tunnel ngrok is down: this \\x1bcomputer slept\n          wake it",
    ]
    assert all(len(line) <= 40 for state in (up, down) for line in tunnel(state, width=40, style=PLAIN).split("\n"))


def test_the_url_of_a_tunnel_can_be_copied_and_no_reason_is_cut_however_narrow_the_terminal():
    url = f"https://{'x' * 60}.ngrok-free.app"
    told = tunnel(TunnelState(NOW, "ngrok", "up", url, reason=" ".join(["long"] * 30)), width=40, style=PLAIN)
    assert f" {url}" in told.split("\n")[-1]
    assert told.count("long") == 30


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ({}, ""),
        ({"instead_of": 8400}, "  8400 is taken"),
        ({"exposed": True}, "  other machines can call"),
        ({"instead_of": 8400, "exposed": True}, "  8400 is taken; other machines can call"),
    ],
)
def test_what_is_not_as_expected_of_an_address_stands_beside_it(said, shown):
    url = "http://127.0.0.1:8401"
    first, *_ = ready(url=url, public_url=None, db="d", endpoints=[], targets=[], width=100, style=PLAIN, **said)
    assert first == f"listening on  {url}{shown}"


def test_the_title_of_a_terminal_says_how_the_tunnel_is_and_comes_back_in_the_end():
    up = TunnelState(NOW, "ngrok", "up", "https://x.ngrok.app\x07\x1b]0;evil")
    first = title(up, COLOR, first=True)
    assert first == "\x1b[22;0t\x1b]0;whcli: ngrok is up https://x.ngrok.app\\x07\\x1b]0;evil\x07"
    assert title(up._replace(state="closed"), COLOR) == "\x1b[23;0t"
    assert title(up, PLAIN) == ""
