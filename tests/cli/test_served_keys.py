"""Keys that providers serve, through the program: kept ones are used, a file is as good, no other host is called."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.actions.test_capture import PRIVATE, SNS, certificate, subscription
from tests.cli.test_answering import raw
from tests.client import ask
from tests.net.raw import RawServer, answering
from tests.process import Home, until
from whcli.net.keys import Keys


@pytest.fixture
def kept(home: Home) -> Home:
    """A home in which the key was fetched a while ago."""
    folder = home.folder / ".local" / "state" / "whcli" / "keys"
    source = SNS.scheme.key_source(subscription())
    assert source is not None
    assert Keys(folder, clock=lambda: datetime.now(UTC), fetch=lambda _: certificate()).get(source)
    return home


def test_a_kept_key_judges_offline_and_in_each_command(kept: Home):
    listener = kept.listen("--offline")
    assert ask(listener.port, raw(subscription())).status == 200
    said = listener.find(lambda said: said["type"] == "delivery")
    assert (said["verdict"]["outcome"], said["handshake"]) == ("valid", "subscription")
    assert listener.stop() == 0
    assert "listen --confirm-subscription" in listener.stderr
    assert kept.run("verify", "last", "--offline", "--json").objects[0]["outcome"] == "valid"
    assert "handshake.subscription" in kept.run("show", "last").text


def test_a_key_out_of_a_file_needs_no_network(home: Home):
    listener = home.listen("--offline")
    ask(listener.port, raw(subscription()))
    assert listener.find(lambda said: said["type"] == "delivery")["verdict"]["outcome"] == "unchecked"
    said = home.run("verify", "last", "--offline", code=4)
    assert "The key was not fetched from https://sns." in said.text
    (home.folder / "sns.pem").write_bytes(certificate().body)
    assert home.run("verify", "last", "--secret", "file:sns.pem", "--json").objects[0]["outcome"] == "valid"


def test_a_url_that_a_delivery_names_is_not_called(home: Home):
    with RawServer(answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as server:
        listener = home.listen("--confirm-subscription")
        for url in (f"http://127.0.0.1:{server.port}/k.pem", f"https://localhost:{server.port}/k.pem"):
            assert ask(listener.port, raw(subscription(url))).status == 401
            assert home.run("verify", "last", "--json", code=4).objects[0]["outcome"] == "malformed"
        assert listener.stop() == 0
        assert server.connections == 0


def test_params_are_told_before_the_first_delivery(home: Home):
    assert "no provider knows a param verify_tokn" in home.run("listen", "--param", "verify_tokn=x", code=2).stderr
    assert "did you mean verify_token?" in home.run("listen", "--param", "verify_tokn=x", code=2).stderr
    said = home.run("listen", "--provider", "paypal", "--secret", PRIVATE.value, code=2)
    assert "webhook_id" in said.stderr
    said = home.run("listen", "--provider", "stripe", "--param", "webhook_id=1", code=2)
    assert "webhook_id" in said.stderr
    home.configure("[endpoints.braintree]\nsecret = 's'\n")
    assert "public_key" in home.run("listen", "--port", "0", code=2).stderr


def test_a_param_given_reaches_a_handshake(home: Home):
    listener = home.listen("--param", "verify_token=chosen")
    line = (
        b"GET /webhook/facebook?hub.mode=subscribe&hub.challenge=42&hub.verify_token=chosen HTTP/1.1\r\nHost: h\r\n\r\n"
    )
    assert ask(listener.port, line).body == b"42"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--provider", "aws-sns"), "signatures are checked, by the key that the provider serves"),
        (("--provider", "aws-sns", "--offline"), "only by a key that was fetched before"),
        (("--provider", "paypal"), "no secret: signatures are not checked"),
        (("--provider", "paypal", "--param", "webhook_id=1"), "signatures are checked, by the key"),
        (("--provider", "datadog"), "no secret: signatures are not checked"),
    ],
)
def test_what_is_checked_is_told_at_first(home: Home, words: tuple[str, ...], told: str):
    with home.start("listen", "--port", "0", *words) as listener:
        until(lambda: told in b"".join(listener.lines).decode(), what=told)
