"""Every handshake of every provider, asked of a listener that runs, as its provider asks it."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.client import Reply, ask, request
from tests.net.raw import OK, RawServer, answering
from tests.process import Home
from whcli import providers
from whcli.http import Headers, Request, Response, split_url
from whcli.model import Secret
from whcli.providers import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.credential import Unsigned

VECTORS = Path(__file__).parent.parent / "vectors"
CHALLENGE = "20f9f8ed05f77439fe955c977e4c8a53"
EACH = [(provider, handshake) for provider in providers.all() for handshake in provider.handshakes]
SIGNED = [(provider, handshake) for provider, handshake in EACH if handshake.signed]
ASKING = {provider.name: provider for provider, _ in EACH}
SECRETS = {
    name: Secret("theirs", provider.scheme.make_secret(bytes(range(32))))
    for name, provider in ASKING.items()
    if not isinstance(provider.scheme, Unsigned)
}
PARAMS = {name: {param.name: f"my-{param.name}" for param in provider.params} for name, provider in ASKING.items()}


def told(pair: object) -> str | None:
    return pair.name if isinstance(pair, (Provider, Handshake)) else None


class Listening:
    """A listener that knows the secret and the params of each provider that asks, and passes everything on."""

    def __init__(self, home: Home, app: RawServer) -> None:
        home.configure("\n".join(map(self._table, ASKING)))
        self.home = home
        self.app = app
        self.process = home.listen("--forward-to", app.port)
        self.asked = 0

    def _table(self, name: str) -> str:
        secret = f"secret = {json.dumps(SECRETS[name].value)}\n" if name in SECRETS else ""
        params = ", ".join(f"{key} = {json.dumps(value)}" for key, value in PARAMS[name].items())
        return f"[endpoints.{name}]\n{secret}params = {{ {params} }}\n"

    def ask(self, raw: bytes) -> tuple[Reply, Any]:
        """The answer to a request, and what the listener says of it."""
        reply = ask(self.process.port, raw)
        self.asked += 1
        return reply, self.process.collect(self.asked, lambda said: said["type"] == "delivery")[-1]


@pytest.fixture(scope="module")
def listening(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Listening]:
    home = Home(tmp_path_factory.mktemp("answering"))
    with RawServer(answering(OK)) as app:
        yield Listening(home, app)
        home.close()


def raw(asked: Request) -> bytes:
    """A request as bytes."""
    assert isinstance(asked.body, bytes)
    return request(asked.method.encode(), split_url(asked.url)[1].encode(), asked.headers, asked.body)


def response(reply: Reply) -> Response:
    """An answer as a value."""
    pairs = (line.split(b": ", 1) for line in reply.head.split(b"\r\n")[1:])
    return Response(reply.status, Headers((name, value) for name, value in pairs), reply.body, len(reply.body))


def question(provider: Provider, handshake: Handshake) -> Request:
    """A handshake as its provider asks it, unsigned."""
    url = f"https://hooks.example.com/webhook/{provider.name}"
    if provider.name != "dropbox-sign":
        return handshake.request(url, challenge=CHALLENGE, params=PARAMS[provider.name])
    vector = json.loads((VECTORS / "dropbox-sign.json").read_text("utf-8"))[0]  # any of their deliveries asks
    headers = Headers((name.encode(), value.encode()) for name, value in vector["headers"])
    return Request("POST", url, headers, vector["body"].encode())


def signed(provider: Provider, asked: Request, secret: Secret | None = None) -> Request:
    """A request as its provider signs it."""
    scheme = providers.bind(provider, PARAMS[provider.name]).scheme
    return scheme.sign(asked, secret=secret or SECRETS[provider.name], now=datetime.now(UTC))


@pytest.mark.parametrize(("provider", "handshake"), EACH, ids=told)
def test_a_handshake_is_answered_stored_and_marked(listening: Listening, provider: Provider, handshake: Handshake):
    asked = question(provider, handshake)
    asked = signed(provider, asked) if handshake.signed else asked
    reply, said = listening.ask(raw(asked))
    secrets = [SECRETS[provider.name]] if provider.name in SECRETS else []
    assert handshake.unmet(asked, response(reply), secrets=secrets, params=PARAMS[provider.name]) is None
    assert said["provider"] == provider.name
    assert said["handshake"] == (None if handshake.ordinary else handshake.name)
    assert handshake.ordinary or said["event_type"] == f"handshake.{handshake.name}"
    assert said["verdict"]["outcome"] == ("valid" if handshake.signed else "unchecked")


@pytest.mark.parametrize(("provider", "handshake"), SIGNED, ids=told)
def test_one_that_is_signed_by_another_is_not_answered(listening: Listening, provider: Provider, handshake: Handshake):
    other = Secret("another", provider.scheme.make_secret(bytes(32)))
    reply, said = listening.ask(raw(signed(provider, question(provider, handshake), other)))
    assert reply.status == 401
    assert CHALLENGE.encode() not in reply.body
    assert (reply.body == b"") == (handshake.refused is not None)
    assert said["verdict"]["outcome"] == "mismatch"
    assert said["handshake"] == (None if handshake.ordinary else handshake.name), "it is what it claims to be"


def key(name: str) -> bytes:
    return SECRETS[name].value.encode()


def proof(name: str) -> bytes:
    return hmac.digest(key(name), CHALLENGE.encode(), "sha256")


AS_THEY_ASK = {
    "whatsapp": (
        b"GET /webhook/whatsapp?hub.mode=subscribe&hub.challenge=115820&hub.verify_token=my-verify_token",
        b"",
    ),
    "dropbox": (b"GET /webhook/dropbox?challenge=a-B_c", b""),
    "microsoft-graph": (b"POST /webhook/microsoft-graph?validationToken=Validation%3a+Testing", b""),
    "twitter": (b"GET /webhook/twitter?crc_token=" + CHALLENGE.encode() + b"&nonce=x", b""),
    "monday": (b"POST /webhook/monday", b'{"challenge":"3eZbrw1aBm2rZgRNFdxV2595"}'),
    "trello": (b"HEAD /webhook/trello", b""),
    "okta": (b"GET /webhook/okta", b""),
    "asana": (b"POST /webhook/asana", b""),
    "braintree": (b"GET /webhook/braintree?bt_challenge=" + CHALLENGE.encode(), b""),
}
HEADERS = {
    "okta": [(b"X-Okta-Verification-Challenge", b"a1b2")],
    "asana": [(b"X-Hook-Secret", b"b537207f20cbfa02357cf448134da559")],
}
SHA1_KEY = hashlib.sha1(key("braintree"), usedforsecurity=False).digest()
ANSWERS = {
    "whatsapp": b"115820",
    "dropbox": b"a-B_c",
    "microsoft-graph": b"Validation: Testing",
    "twitter": b'{"response_token":"sha256=' + b64encode(proof("twitter")) + b'"}',
    "monday": b'{"challenge":"3eZbrw1aBm2rZgRNFdxV2595"}',
    "trello": b"",
    "okta": b'{"verification":"a1b2"}',
    "asana": b"",
    "braintree": b"my-public_key|" + hmac.digest(SHA1_KEY, CHALLENGE.encode(), "sha1").hex().encode(),
}


@pytest.mark.parametrize("name", AS_THEY_ASK)
def test_as_their_documents_have_it(listening: Listening, name: str):
    line, body = AS_THEY_ASK[name]
    method, _, target = line.partition(b" ")
    reply, said = listening.ask(request(method, target, HEADERS.get(name, []), body))
    assert (reply.status, reply.body) == (200, ANSWERS[name])
    assert said["handshake"]
    for header, value in HEADERS.get(name, []) if name == "asana" else []:
        assert reply.header(header.decode()) == value.decode()


def test_who_does_not_know_the_token_hears_nothing(listening: Listening):
    for token in (b"", b"&hub.verify_token=wrong", b"&hub.verify_token=my-verify_token&hub.verify_token=x"):
        target = b"/webhook/facebook?hub.mode=subscribe&hub.challenge=115820" + token
        reply, said = listening.ask(request(b"GET", target))
        assert reply.status == 403
        assert b"115820" not in reply.body
        assert said["handshake"] == "subscribe"


def test_only_deliveries_proper_are_passed_on(listening: Listening):
    """Last of all: whatever came before it would have been passed on before it."""
    _, last = listening.ask(request(b"POST", b"/webhook/datadog", body=b"{}"))
    process = listening.process
    process.find(lambda said: said["type"] == "attempt" and said["delivery_id"] == last["id"])
    said = [each for each in process.said if each["type"] == "delivery"]
    proper = {each["id"] for each in said if not each["handshake"] and each["verdict"]["outcome"] != "mismatch"}
    assert {each["delivery_id"] for each in process.said if each["type"] == "attempt"} == proper
    listed = listening.home.run("list", "-n", "0", "--json", "--event", "handshake.*").objects
    assert {each["id"] for each in listed} == {each["id"] for each in said if each["handshake"]}
    stderr = process.stderr
    assert "aws-sns subscription: Call its SubscribeURL" in stderr
    assert "asana hook-secret: The X-Hook-Secret header" in stderr
    assert "facebook subscribe: answered 403: The hub.verify_token" in stderr
