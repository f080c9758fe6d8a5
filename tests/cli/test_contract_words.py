"""What commands say where something is off: who is told, what mends it, and with which exit code."""

from __future__ import annotations

import pytest

from tests.client import ask, request
from tests.process import Home, until


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("lst", 2, "did you mean list"),
        ("listen --public-url example", 2, "is not a URL"),
        ("send 1 --event created --timeout 0s", 2, "--timeout 30s"),
        ("send --event created", 5, "whcli listen"),
        ("send --event nope", 3, "no sample event"),
        ("verify --provider stripe --secret x --param id=1", 2, "leave it out"),
        ("show 7", 3, "no delivery 7"),
    ],
)
def test_a_mistake_is_one_line_and_a_hint(home: Home, words: str, code: int, told: str):
    said = home.run(*words.split(), code=code)
    assert told in said.stderr
    assert said.stdout == b"" if isinstance(said.stdout, bytes) else said.stdout == ""
    assert "Traceback" not in said.stderr


def test_data_that_is_given_is_what_set_changes(home: Home):
    words = ("send", "1", "--event", "created", "--data", '{"a": 1.0, "b":2}', "--set", "b=3", "--dry-run", "--json")
    [shown] = home.run(*words).objects
    assert shown["body_base64"] == "eyJhIjogMS4wLCAiYiI6M30="


def test_a_replay_that_will_be_refused_is_told_beforehand(home: Home):
    listener = home.listen()
    secret = ("--provider", "stripe", "--secret", "whsec_x")
    home.run("send", "--event", "invoice.paid", *secret, code=0)
    said = home.run("replay", "last", "--to", "1", code=5)
    assert "Not signed afresh" in said.stderr
    assert "Not signed afresh" not in home.run("replay", "last", "--to", "1", "--original-signature", code=5).stderr
    listener.stop()


def test_health_answers_a_monitor_and_is_no_delivery(home: Home):
    listener = home.listen()
    for method in (b"GET", b"HEAD"):
        assert ask(listener.port, request(method, b"/health")).status == 200
    assert home.run("list", "--json").objects == []
    listener.stop()


def test_a_follower_ends_in_order_when_it_is_told_to(home: Home):
    listener = home.listen()
    home.run("send", "--event", "created")
    tail, forward = home.start("tail", "--json"), home.start("forward", "--to", "1")
    tail.find(lambda shown: shown["id"] == 1)
    until(lambda: "Passing deliveries on" in forward.stderr, what="forward follows")
    assert [tail.stop(), forward.stop(), listener.stop()] == [130, 130, 0]


def test_an_event_that_is_sent_again_was_never_signed_before(home: Home):
    words = ("send", "1", "--event", "created", "--secret", "s3cret", "--retries", "1", "--json")
    first, retry = home.run(*words, code=5).objects
    assert (first["cause"], first["number"], first["resigned"]) == ("send", 1, False)
    assert (retry["cause"], retry["number"], retry["resigned"]) == ("retry", 2, False)
