"""`send` without a target: only a listener that is there is trusted, and only with what it announced."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.net.raw import OK, RawServer, answering
from tests.process import Home
from whcli.store import Announcement, Store

DEEP = b"[" * 100_000
FOREIGN = {
    "another answer": OK,
    "another's JSON": b'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{"pid": 1}',
    "hostile JSON": b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + DEEP,
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
}


def announce(home: Home, url: str) -> None:
    """Announce a listener, newer than any."""
    with Store.to_write(home.db) as store:
        store.announce(Announcement(2, url, None, datetime.now(UTC)))


@pytest.mark.parametrize("answer", FOREIGN.values(), ids=FOREIGN)
def test_a_port_that_another_program_has_by_now_is_not_the_listener(home: Home, answer: bytes):
    with RawServer(answering(answer)) as other:
        announce(home, other.url)
        said = home.run("send", "--event", "created", code=5)
        assert "no listener is running" in said.stderr
        assert [each.split(b" HTTP")[0] for each in other.requests] == [b"GET /health"]


def test_a_listener_that_runs_is_found_behind_those_that_were_killed(home: Home):
    home.listen().kill()
    with home.listen() as listener:
        announce(home, "http://127.0.0.1:1")
        [sent] = home.run("send", "--event", "created", "--json").objects
        assert sent["target"] == f"{listener.url}/webhook/generic"


def test_a_listener_that_was_killed_is_not_running(home: Home):
    home.listen().kill()
    assert "whcli listen" in home.run("send", "--event", "created", code=5).stderr
