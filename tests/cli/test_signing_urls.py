"""Schemes that sign the URL: it is the public one, in each command."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.client import ask, request
from tests.process import Home, until
from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret

SECRET = Secret("theirs", "0123456789abcdef0123456789abcdef")
SCHEME = providers.get("square").scheme
PUBLIC = "https://hooks.example.com"
BODY = b'{"type":"payment.created","event_id":"e1","data":{"amount":5}}'


def signed_for(said: Any, url: str) -> bool:
    """Whether a request that would leave is signed for a URL."""
    headers = Headers((name.encode("latin-1"), value.encode("latin-1")) for name, value in said["headers"])
    made = Request(said["method"], url, headers, base64.b64decode(said["body_base64"]))
    return SCHEME.verify(made, secrets=[SECRET], now=datetime.now(UTC)).outcome == "valid"


@pytest.fixture
def home_of_one(home: Home) -> Home:
    """A home with a delivery that came through a tunnel of the user's own."""
    home.configure(f'public_url = "{PUBLIC}"\n[endpoints.square]\nsecret = "{SECRET.value}"\n')
    listener = home.listen()
    made = Request("POST", f"{PUBLIC}/webhook/square", Headers(), BODY)
    signed = SCHEME.sign(made, secret=SECRET, now=datetime.now(UTC))
    assert ask(listener.port, request(b"POST", b"/webhook/square", signed.headers, BODY)).status == 200
    forged = [(b"X-Forwarded-Host", b"evil.example"), (b"X-Forwarded-Proto", b"http"), *signed.headers]
    assert ask(listener.port, request(b"POST", b"/webhook/square", forged, BODY)).status == 200
    assert ask(listener.port, request(b"POST", b"/webhook/square?x", signed.headers, BODY)).status == 401
    home.run("send", "--provider", "square", "--event", "payment.created")
    assert listener.stop() == 0
    return home


def test_the_public_url_is_what_was_signed(home_of_one: Home):
    home = home_of_one
    said = home.run("list", "--json").objects
    assert [each["verdict"]["outcome"] for each in said] == ["valid", "mismatch", "valid", "valid"]
    assert said[-1]["url"] == f"{PUBLIC}/webhook/square"
    assert home.run("verify", "1", "--json").objects[0]["outcome"] == "valid"


def test_a_replay_that_was_changed_is_signed_for_the_url_that_was_called(home_of_one: Home):
    home = home_of_one
    words = ("replay", "1", "--to", "3000/hooks", "--set", "data.amount=6", "--dry-run", "--json")
    assert signed_for(home.run(*words).objects[0], f"{PUBLIC}/webhook/square")
    other = "https://app.example.com/hooks"
    assert signed_for(home.run(*words, "--sign-url", other).objects[0], other)


def test_what_is_sent_is_signed_for_its_target_or_as_it_is_asked(home: Home):
    words = ("send", "3000/hooks", "--provider", "square", "--event", "payment.created", "--dry-run", "--json")
    made = home.run(*words, "--secret", SECRET.value).objects[0]
    assert signed_for(made, "http://127.0.0.1:3000/hooks")
    made = home.run(*words, "--secret", SECRET.value, "--sign-url", f"{PUBLIC}/hooks").objects[0]
    assert signed_for(made, f"{PUBLIC}/hooks")
    assert not signed_for(made, "http://127.0.0.1:3000/hooks")


def test_verify_asks_for_the_url(home: Home):
    said = home.run("verify", "--provider", "square", "--secret", "s", "--body", "x", code=2)
    assert "square signs the URL that it calls" in said.stderr
    assert "--url" in said.stderr


def test_forward_passes_no_handshake_on(home: Home):
    listener = home.listen()
    follower = home.start("forward", "--to", "1", "--json")
    until(lambda: "end with" in follower.stderr, what="it follows")
    ask(listener.port, request(b"GET", b"/webhook/dropbox?challenge=abc"))
    ask(listener.port, request(b"POST", b"/webhook/dropbox", body=b"{}"))
    assert follower.find(lambda said: said["delivery_id"])["delivery_id"] == 2
