"""`send` for providers of every kind: events without samples, handshakes, and signatures that must not hold."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest

from tests.net.raw import OK, RawServer, answering
from tests.process import Home, Process
from whcli import providers
from whcli.actions.deliver import prepared
from whcli.actions.spoil import Spoil
from whcli.cli import drafts
from whcli.model import Secret, Target
from whcli.net import wire
from whcli.providers.handshakes import Handshake, recognized

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONFIG = """
[endpoints.asana]
secret = "asana-secret"
[endpoints.zoom]
secret = "zoom-secret"
[endpoints.slack]
secret = "slack-secret"
[endpoints.whatsapp]
secret = "meta-secret"
params = { verify_token = "chosen" }
[endpoints.braintree]
secret = "integration_private_key"
params = { public_key = "integration_public_key" }
"""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Process]]:
    home = Home(tmp_path_factory.mktemp("sending"))
    home.configure(CONFIG)
    yield home, home.listen()
    home.close()


def test_an_event_without_a_sample_arrives_as_such(running: tuple[Home, Process]):
    home, _ = running
    home.run("send", "--provider", "asana", "--event", "task.added")
    said = home.run("list", "--json", "--provider", "asana").objects[0]
    assert (said["event_type"], said["verdict"]["outcome"], said["handshake"]) == ("task.added", "valid", None)
    home.run("send", "--provider", "asana", "--event", "my.own", "--data", '{"events":[]}')
    assert home.run("show", "last", "--body").stdout == b'{"events":[]}'


@pytest.mark.parametrize(
    "event", [(each.name, each.events[0]) for each in providers.all() if each.events], ids="-".join
)
def test_the_first_event_of_each_provider_can_be_sent_and_holds(event: tuple[str, str]):
    """Signed as its provider would, it fits the framing of HTTP; a provider that can be verified can be signed for."""
    name, kind = event
    provider = providers.get(name)
    params = {param.name: param.default or "chosen" for param in provider.scheme.params}
    provider = providers.bind(provider, params)
    signs = drafts.to_sign(provider, None)
    secret = Secret("own", provider.scheme.make_secret(bytes(range(32)))) if signs else None
    hand = drafts.Hand(provider, secret, Spoil(), NOW, None)
    template, target = drafts.template_of(provider, kind, given=False), Target("http://127.0.0.1:3000/hooks")
    draft = drafts.Sampled(hand, template, target, Random(1), (), None) if template else None
    made = prepared((draft or drafts.Least(hand, kind, target, Random(1), ())).job())
    assert wire.head(made).endswith(b"\r\n\r\n")
    verdict = providers.verify(provider, made, secrets=[secret] if secret else [], now=NOW)
    assert verdict.outcome == ("valid" if secret else "unchecked")
    assert providers.describe(made, provider)[0] == (kind if provider.event_type else None)


ASKED = [(each.name, asked) for each in providers.all() for asked in each.handshakes]


@pytest.mark.parametrize("asked", ASKED, ids=lambda each: f"{each[0]}-{each[1].name}")
def test_each_handshake_can_be_asked_and_is_answered(asked: tuple[str, Handshake]):
    """As send asks it, signed where it is signed; as listen answers it, after it has looked at the signature."""
    name, handshake = asked
    provider = providers.get(name)
    params = {param.name: param.default or "chosen" for param in provider.params}
    provider = providers.bind(provider, params)
    unsigned = not drafts.to_sign(provider, None)
    secret = None if unsigned else Secret("own", provider.scheme.make_secret(bytes(range(32))))
    hand, target = drafts.Hand(provider, secret, Spoil(), NOW, None), Target("http://127.0.0.1:3000/hooks")
    made = prepared(drafts.Question(hand, handshake, target, Random(1), params).job())
    assert wire.head(made).endswith(b"\r\n\r\n")
    secrets = [secret] if secret else []
    if handshake.signed:
        assert providers.verify(provider, made, secrets=secrets, now=NOW).outcome == "valid"
    assert recognized(provider.handshakes, made) == handshake
    answer = handshake.answer(made, secrets=secrets, params=params)
    assert answer is not None
    assert handshake.unmet(made, answer, secrets=secrets, params=params) is None


def test_what_is_set_is_set_in_it(home: Home):
    words = ("send", "3000", "--provider", "asana", "--event", "task.added", "--set", "events[0].action=changed")
    made = home.run(*words, "--dry-run", "--json").objects[0]
    assert b'"action":"changed"' in base64.b64decode(made["body_base64"])


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("--provider asana --event task.aded", 3, "did you mean task.added"),
        ("--provider asana", 2, "--event task.added"),
        ("--provider stripe --handshake", 2, "stripe asks no handshake"),
        ("--provider discord --handshake --event pong", 3, "--event ping or event-ping or event"),
        ("--provider zoom --handshake", 2, "no secret is known for zoom"),
        ("--provider whatsapp --handshake", 2, "verify_token"),
        ("--provider whatsapp --handshake --param verifytoken=x", 2, "verifytoken"),
        ("--provider dropbox --handshake --tamper --secret s", 2, "challenge is not signed, so there is nothing"),
        ("--provider slack --handshake --data {}", 2, "--data and --set are for events"),
        ("--provider github --event push --stale 10m --secret s", 2, "--stale: this signature holds no time"),
        ("--provider gitlab --event Push=Hook --tamper --secret s", 2, "--tamper: nothing of this body is covered"),
        ("--provider datadog --event Triggered --wrong-secret", 2, "there is nothing to spoil"),
        ("--provider datadog --event Triggered --secret s", 2, "signs nothing"),
        ("--provider paypal --event PAYMENT.SALE.COMPLETED --secret s", 2, "key"),
    ],
)
def test_what_cannot_be_is_told(home: Home, words: str, code: int, told: str):
    given = [word.replace("=Hook", " Hook") for word in words.split()]
    said = home.run("send", "1", *given, "--dry-run", code=code)
    assert told in said.stderr


@pytest.mark.parametrize("name", ["zoom", "slack", "whatsapp", "braintree", "asana", "dropbox", "trello", "notion"])
def test_a_handshake_is_asked_and_judged(running: tuple[Home, Process], name: str):
    home, _ = running
    said = home.run("send", "--provider", name, "--handshake")
    assert "is answered" in said.text
    answer = home.run("send", "--provider", name, "--handshake", "--json").objects[0]
    assert (answer["status"], answer["unmet"], answer["cause"]) == (200, None, "send")
    assert home.run("list", "--json", "--provider", name).objects[0]["handshake"] == answer["handshake"]


def test_a_wrong_answer_is_told(home: Home):
    with RawServer(answering(OK)) as app:
        said = home.run("send", app.port, "--provider", "slack", "--handshake", code=1)
        assert "Its body is not the text that is wanted." in said.text
    with RawServer(answering(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")) as app:
        said = home.run("send", app.port, "--provider", "slack", "--handshake", code=5)
        assert "It answered 401; 200 is wanted." in said.text
    assert home.run("send", 1, "--provider", "slack", "--handshake", "--json", code=5).objects[0]["unmet"]


def test_who_asks_with_a_wrong_signature_or_token_is_refused(running: tuple[Home, Process]):
    home, _ = running
    home.run("send", "--provider", "slack", "--handshake", "--wrong-secret", code=5)
    home.run("send", "--provider", "slack", "--handshake", "--stale", "10m", code=5)
    home.run("send", "--provider", "slack", "--handshake", "--unsigned", code=5)
    home.run("send", "--provider", "whatsapp", "--handshake", "--param", "verify_token=other", code=5)
    home.run("send", "--provider", "zoom", "--handshake", "--secret", "other", code=5)


KINDS = {
    "github": "push",
    "gitlab": "Push Hook",
    "postmark": "Delivery",
    "discord": "ENTITLEMENT_CREATE",
    "qstash": "message",
}
SPOILT = ("--wrong-secret", "--unsigned", "--tamper", "--stale=1h")
NEVER = {
    ("github", "--stale=1h"),
    ("gitlab", "--stale=1h"),
    ("gitlab", "--tamper"),
    ("postmark", "--stale=1h"),
    ("postmark", "--tamper"),
}


@pytest.mark.parametrize("spoilt", SPOILT)
@pytest.mark.parametrize("name", KINDS)
def test_what_must_not_hold_does_not(home: Home, name: str, spoilt: str):
    """A body's HMAC, a token, basic auth, a key pair, a JWT."""
    scheme = providers.get(name).scheme
    secret = scheme.make_secret(bytes(range(32)))
    (home.folder / "secret").write_text(secret, "utf-8")
    words = ("send", "3000", "--provider", name, "--event", KINDS[name], spoilt, "--dry-run", "--json")
    given = () if spoilt == "--unsigned" else ("--secret", "file:secret")
    code = 2 if (name, spoilt) in NEVER else 0
    said = home.run(*words, *given, code=code)
    if code:
        assert "try --wrong-secret" in said.stderr
        return
    [made] = said.objects
    (home.folder / "body").write_bytes(base64.b64decode(made["body_base64"]))
    headers = [word for key, value in made["headers"] for word in ("--header", f"{key}: {value}")]
    verdict = home.run(
        "verify", "--provider", name, "--secret", "file:secret", *headers, "--body", "@body", "--url", made["url"],
        "--json", code=None,
    )  # fmt: skip
    outcome = verdict.objects[0]["outcome"]
    assert outcome == ("valid" if (name, spoilt) == ("discord", "--stale=1h") else outcome)
    assert (outcome == "valid") == ((name, spoilt) == ("discord", "--stale=1h")), "Discord's have no age"
