"""Hostile deliveries through every view onto a terminal: no control but our own styling, no line broken by data."""

from __future__ import annotations

import json
import random
import re

import pytest
from rich.cells import cell_len

from tests.client import Client, ask, request
from tests.net.raw import RawServer, answering
from tests.process import Home, until
from tests.view.screen import FORBIDDEN, OURS

EVIL = [
    "\x1b[31m", "\x1b]0;title\x07", "\x1b]8;;http://evil\x1b\\", "\x9b31m", "\x00", "\x7f", "\b", "\r", "\n", "\t",
    "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\U000e0041", "\ud800", "[/foo]", ":bomb:",
    "[link=http://evil]x[/link]", "[red]", "#99  stripe  paid", "✓ sig", "注文", "e\u0301" * 9,
    "a", " ", "'\"$(id)`", "\\x1b", "%0a", "\u3164", "👨‍👩‍👧",
]  # fmt: skip
PART = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\nx\r\n--b--'
COUNT = 30


def evil(draw: random.Random, most: int = 8) -> str:
    return "".join(draw.choices(EVIL, k=draw.randint(1, most)))


def raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def hostile(draw: random.Random) -> bytes:
    """A request that is legal HTTP and means no good."""
    text = evil(draw)
    path = b"/webhook/generic/" + re.sub(rb"[^!-~]", lambda found: b"%%%02x" % found[0][0], raw(evil(draw)))
    kind, body = draw.choice((
        ("application/json", json.dumps({"type": text, "id": evil(draw), evil(draw): [evil(draw)]}).encode()),
        ("application/json", b'{"type":"' + raw(text) + b'"'),
        ("application/x-www-form-urlencoded", b"MessageStatus=%1b%5b31m%0aX&MessageSid=" + raw(text)),
        ("text/xml", b"<a " + raw(text) + b"><b>" + raw(evil(draw)) + b"</b></a>"),
        ("multipart/form-data; boundary=b", PART % raw(text)),
        ("text/plain", raw(text)),
        ("application/octet-stream", draw.randbytes(200)),
    ))  # fmt: skip
    value = re.sub(rb"[\x00-\x1f\x7f]", b"", raw(evil(draw))).strip()
    fields = [(b"Content-Type", kind.encode()), (b"X-Webhook-Signature", value), (b"X-Webhook-Event", value)]
    return request(b"POST", path, fields, body)


@pytest.fixture
def attacked(home: Home) -> Home:
    """A database of hostile deliveries, sent on to an app that answers in kind."""
    listener = home.listen()
    draw = random.Random(7)
    with Client(listener.port) as client:
        for _ in range(COUNT):
            assert client.send(hostile(draw)).reply().status == 200
    answer = (
        b"HTTP/1.1 500 \x1b[31mNo\r\nX-Evil: \xe2\x80\xae[red]\x9b\r\nContent-Length: 12\r\n\r\n\x1b[2J\x07\x00\r\nFAKE"
    )
    with RawServer(answering(answer)) as app:
        home.run("replay", "1-10", "--to", app.port, code=5)
    assert listener.stop() == 0
    return home


def lines(shown: str, *, columns: int | None = None) -> list[str]:
    """What a terminal was sent, as plain lines; fails on anything that is not text, an end of line, or our styling."""
    plain = OURS.sub("", shown.replace("\r\n", "\n"))
    found = FORBIDDEN.search(plain)
    assert found is None, ascii(plain[max(0, found.start() - 80) : found.end() + 20])
    result = plain.split("\n")
    assert result.pop() == ""
    for line in result:
        assert columns is None or cell_len(line) <= columns, line
    return result


@pytest.mark.parametrize("columns", [80, 120])
def test_lists_keep_to_their_lines(attacked: Home, columns: int):
    shown = lines(attacked.look("list", "-n", "0", columns=columns), columns=columns)
    assert len(shown) == COUNT + 1
    assert [int(line.split()[0]) for line in shown[1:]] == list(range(COUNT, 0, -1))
    shown = lines(attacked.look("tail", "-n", COUNT, "--no-follow", columns=columns), columns=columns)
    assert [line.split()[1] for line in shown] == [f"#{number}" for number in range(1, COUNT + 1)]
    shown = lines(attacked.look("replay", "1-5", "--to", "1", columns=columns), columns=columns)
    assert shown


def test_every_view_of_one_is_harmless(attacked: Home):
    for number in range(1, COUNT + 1, 4):
        lines(attacked.look("show", number, columns=80), columns=80)
        lines(attacked.look("show", number, "--curl", columns=80))
    for words in ("--headers", "--json"):
        lines(attacked.look("show", 1, words, columns=80))
    lines(attacked.look("replay", 1, "--to", "1", "--dry-run", columns=80))


def test_lines_in_a_pipe_are_as_many_as_deliveries(attacked: Home):
    commands = {("list", "-n", "0"): 9, ("tail", "-n", COUNT, "--no-follow"): 0, ("list", "-n", "0", "--json"): 0}
    for words, tabs in commands.items():
        text = attacked.run(*words).text
        shown = lines(text.replace("\t", " "))
        assert len(shown) == COUNT
        assert [line.count("\t") for line in text.splitlines()] == [tabs] * COUNT
        assert not any("\x1b" in line for line in shown)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_live_lines_are_one_for_each(home: Home, columns: int):
    listener = home.watch("listen", "--port", "0", "--forward-to", "1", columns=columns)
    found: list[int] = []

    def ready() -> bool:
        found[:] = [int(port) for port in re.findall(rb"http://127\.0\.0\.1:(\d+)", b"".join(listener.lines))]
        return bool(found)

    until(ready, what="it says where it listens")
    draw = random.Random(8)
    with Client(found[0]) as client:
        for number in range(1, 9):  # fewer than are shown in one go
            assert client.send(hostile(draw)).reply().status == 200
            until(lambda mark=b"#%d" % number: mark in b"".join(listener.lines), what="it is shown")
    assert ask(found[0], b"GET /\x1b[31m HTTP/1.1\r\n\r\n").status == 400
    assert listener.stop() == 0
    shown = lines(b"".join(listener.lines).decode(), columns=columns)
    live = [line for line in shown if re.match(r"\d\d:\d\d:\d\d  #", line)]
    assert [line.split()[1] for line in live] == [f"#{number}" for number in range(1, 9)]
    assert "FAKE" not in [line.strip() for line in shown]
    assert listener.stderr.isascii()
    assert FORBIDDEN.search(listener.stderr) is None
