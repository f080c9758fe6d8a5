"""Deliveries whose key is served by their provider, through the capture: what is called, and what is never called."""

from __future__ import annotations

import asyncio
import sys
import threading
from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.net.test_keys import HOSTILE
from whcli import providers
from whcli.actions.capture import Capture, Captured, Rules
from whcli.actions.keyholder import KeyHolder
from whcli.actions.subscribe import Subscriptions
from whcli.errors import SendError
from whcli.http import Headers, Request, Response
from whcli.model import Delivery, Endpoint, Secret, Verdict
from whcli.net.keys import Keys
from whcli.signing import KeySource
from whcli.signing.slots import Json
from whcli.store.writer import Answer, Stored

NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
DAY = timedelta(days=1)
CERTIFICATE = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-01.pem"
SNS = providers.get("aws-sns")
(SUBSCRIPTION,) = SNS.handshakes
PRIVATE = Secret("ours", SNS.scheme.make_secret(bytes(range(32))))
URL = "http://127.0.0.1:8400/webhook/aws-sns"


def subscription(url: str | None = None) -> Request:
    """A signed SubscriptionConfirmation; `url` in the place of its SigningCertURL, after it was signed."""
    asked = SUBSCRIPTION.request(URL, challenge="20f9f8ed05f77439fe955c977e4c8a53")
    signed = SNS.scheme.sign(asked, secret=PRIVATE, now=NOW)
    return signed if url is None else Json("SigningCertURL").put(signed, url.encode("utf-8", "backslashreplace"))


TOPIC = "arn:aws:sns:us-east-1:123456789012:MyTopic"
USUAL = Rules(params={"topic_arn": TOPIC})


class World:
    """A capture with all around it; `served` is what the network gives for a key."""

    def __init__(
        self, served: Callable[[], Response], *, confirm: bool = False, rules: Rules = USUAL, offline: bool = False
    ) -> None:
        self.called: list[str] = []
        self.visited: list[str] = []
        self.told: list[str] = []
        self.stored: list[tuple[Delivery, Verdict]] = []
        self.seen: list[Captured] = []
        self.visit: Response | SendError = Response(200)
        self._served = served
        keys = Keys(None, clock=lambda: NOW, fetch=self._fetch, offline=offline)
        self.subscriptions = Subscriptions(confirm=confirm, visit=self._visit, tell=self.told.append)
        self.capture = Capture(
            rules,
            add=self._add,
            clock=lambda: NOW,
            seen=self.seen.append,
            refused=lambda status, reason: self.told.append(f"{status} {reason}"),
            health=dict,
            asked=self.subscriptions,
            keys=KeyHolder(keys),
        )

    def _fetch(self, request: Request) -> Response:
        self.called.append(request.url)
        return self._served()

    def _visit(self, url: str) -> Response:
        self.visited.append(url)
        if isinstance(self.visit, SendError):
            raise self.visit
        return self.visit

    def _add(self, delivery: Delivery, verdict: Verdict, done: Callable[[Answer], None]) -> None:
        self.stored.append((delivery, verdict))
        done(Stored(len(self.stored)))

    async def ask(self, request: Request) -> Response:
        answer: asyncio.Future[Response] = asyncio.get_running_loop().create_future()
        self.capture(request, "192.0.2.1", answer.set_result)
        return await answer

    def run(self, *requests: Request) -> list[Response]:
        """The answers to requests that come at once."""

        async def all_of_them() -> list[Response]:
            return list(await asyncio.gather(*map(self.ask, requests)))

        answers = asyncio.run(all_of_them())
        self.subscriptions.close()
        return answers


def certificate(private: Secret = PRIVATE) -> Response:
    """A certificate for the key, as the provider serves it."""
    key = serialization.load_der_private_key(b64decode(private.value), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, NOW - DAY, NOW + 36500 * DAY)
    made = builder.sign(key, hashes.SHA256())
    body = made.public_bytes(serialization.Encoding.PEM)
    return Response(200, Headers(), body, len(body))


def unreachable() -> Response:
    raise SendError("unreachable", "there is no network")


def test_a_key_is_fetched_once_for_all_that_wait_and_its_verdict_is_stored():
    world = World(certificate)
    answers = world.run(*[subscription()] * 3)
    assert [answer.status for answer in answers] == [200] * 3
    assert [verdict.outcome for _, verdict in world.stored] == ["valid"] * 3
    assert len(world.called) == 1
    assert world.called[0].startswith("https://sns.us-east-1.amazonaws.com/SimpleNotificationService-")
    assert world.stored[0][1].secret_label == world.called[0]
    assert [captured.accepted for captured in world.seen] == [False] * 3, "a handshake is not passed on"


def test_without_the_key_it_is_stored_and_nothing_is_claimed():
    for world in (World(unreachable), World(certificate, offline=True), World(lambda: Response(404))):
        [answer] = world.run(subscription())
        [(_, verdict)] = world.stored
        assert verdict.outcome == "unchecked"
        assert "was not fetched from https://sns." in verdict.reason
        assert answer.status == 200
        assert world.visited == []


def test_a_forgery_is_refused():
    other = Secret("other", SNS.scheme.make_secret(bytes(32)))
    world = World(lambda: certificate(other), confirm=True)
    [answer] = world.run(subscription())
    assert answer.status == 401
    assert world.stored[0][1].outcome == "mismatch"
    assert world.visited == []
    assert "not confirmed, as its signature is not known to be valid" in world.told[0]


def test_nothing_that_a_delivery_says_opens_another_socket():
    opened: list[tuple[Any, ...]] = []

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if watching and event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
            opened.append(arguments)

    watching = True
    sys.addaudithook(audit)
    world = World(unreachable, confirm=True)
    requests = [subscription(url) for url in HOSTILE]
    answers = world.run(*requests)
    watching = False
    assert opened == []
    assert world.called == world.visited == []
    assert {answer.status for answer in answers} == {401}
    assert {verdict.outcome for _, verdict in world.stored} == {"malformed"}


def test_a_slow_key_keeps_nobody_else_waiting():
    release = threading.Event()

    def slow() -> Response:
        release.wait(60)
        return certificate()

    world = World(slow)

    async def scene() -> None:
        waiting = asyncio.ensure_future(world.ask(subscription()))
        await asyncio.sleep(0.05)
        others = [Request("POST", "http://127.0.0.1:8400/x", body=bytes(size)) for size in (1, 1 << 17)]
        for other in others:
            assert (await asyncio.wait_for(world.ask(other), 30)).status == 200
        assert not waiting.done()
        assert len(world.stored) == 2
        release.set()
        assert (await waiting).status == 200

    asyncio.run(scene())
    assert [verdict.outcome for _, verdict in world.stored] == ["unchecked", "unchecked", "valid"]


def test_a_key_is_waited_for_no_longer_than_senders_wait():
    release = threading.Event()

    async def scene() -> Secret | None:
        def slow(_: Request) -> Response:
            release.wait(60)
            return certificate()

        keys = Keys(None, clock=lambda: NOW, fetch=slow)
        return await KeyHolder(keys, patience=0.05).get(KeySource(CERTIFICATE, "certificate"))

    try:
        assert asyncio.run(scene()) is None
    finally:
        release.set()


def test_with_a_secret_of_the_users_nothing_is_fetched():
    world = World(unreachable, rules=Rules({"/webhook/aws-sns": Endpoint("/webhook/aws-sns", secrets=(PRIVATE,))}))
    assert [answer.status for answer in world.run(subscription())] == [200]
    assert world.stored[0][1].outcome == "valid"
    assert world.called == []


def test_a_subscription_is_confirmed_where_it_is_asked_for_and_genuine():
    world = World(certificate, confirm=True)
    world.run(subscription())
    [url] = world.visited
    assert url.startswith("https://sns.us-east-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:")
    assert world.told == ["#1 aws-sns subscription: confirmed, https://sns.us-east-1.amazonaws.com answered 200"]


def test_a_genuine_one_is_not_confirmed_where_nobody_said_whose_it_is():
    world = World(certificate, confirm=True, rules=Rules())
    assert [answer.status for answer in world.run(subscription())] == [200]
    assert world.visited == []
    assert world.stored[0][1].outcome == "valid"
    assert "not confirmed: --param topic_arn=… has to say whose it is" in world.told[0]


def test_what_is_of_another_topic_is_refused_however_genuine():
    world = World(certificate, confirm=True, rules=Rules(params={"topic_arn": TOPIC + "2"}))
    assert [answer.status for answer in world.run(subscription())] == [401]
    assert world.visited == []
    assert world.stored[0][1].outcome == "mismatch"
    assert "TopicArn in the JSON of the body is not the one that is set" in world.stored[0][1].reason


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Response(403), "not confirmed, https://sns.us-east-1.amazonaws.com answered 403"),
        (Response(302), "not confirmed, https://sns.us-east-1.amazonaws.com answered 302"),
        (SendError("dns", "nobody knows that name"), "not confirmed, nobody knows that name; whcli show 1"),
    ],
)
def test_one_that_fails_is_told(outcome: Response | SendError, told: str):
    world = World(certificate, confirm=True)
    world.visit = outcome
    world.run(subscription())
    assert told in world.told[0]


def test_without_the_option_it_is_told_what_to_do():
    world = World(certificate)
    world.run(subscription(), subscription())
    assert world.visited == []
    [line] = world.told
    assert "listen --confirm-subscription" in line


def test_a_url_of_another_host_is_not_visited_however_well_it_is_signed():
    asked = SUBSCRIPTION.request(URL, challenge="20f9f8ed05f77439fe955c977e4c8a53")
    for url in ("https://evil.example/", "http://sns.us-east-1.amazonaws.com/", *HOSTILE[:20]):
        world = World(certificate, confirm=True)
        told = Json("SubscribeURL").put(asked, url.encode("utf-8", "backslashreplace"))
        world.run(SNS.scheme.sign(told, secret=PRIVATE, now=NOW))
        assert world.visited == []
        assert len(world.called) == 1


PAYPAL = providers.get("paypal")
MADE = Secret("ours", PAYPAL.scheme.make_secret(bytes(range(32))))


def paypal(path: str = "/webhook/paypal") -> Request:
    scheme = PAYPAL.scheme.bind({"webhook_id": "1JE4291016473214C"})
    asked = Request("POST", f"http://127.0.0.1:8400{path}", Headers(), b'{"id":"WH-1","event_type":"PAYMENT.SALE"}')
    return scheme.sign(asked, secret=MADE, now=NOW)


@pytest.mark.parametrize("path", ["/webhook/paypal", "/elsewhere"])
def test_a_param_reaches_the_scheme(path: str):
    configured = Endpoint("/webhook/paypal", params=(("webhook_id", "1JE4291016473214C"),))
    for rules in (
        Rules(params={"webhook_id": "1JE4291016473214C", "verify_token": "for others"}),
        Rules({"/webhook/paypal": configured}),
    ):
        world = World(lambda: certificate(MADE), rules=rules)
        assert world.run(paypal(path))[0].status == 200
        assert world.stored[0][1].outcome == "valid"


def test_where_a_param_is_missing_no_key_is_fetched_and_none_is_let_in_who_has_to_prove():
    world = World(unreachable)
    assert world.run(paypal())[0].status == 200
    assert world.stored[0][1].outcome == "unchecked"
    assert "webhook_id is not known" in world.stored[0][1].reason
    assert world.called == []
    strict = World(unreachable, rules=Rules(secrets=(MADE,)))
    assert strict.run(paypal())[0].status == 401


def test_who_gave_a_secret_wants_it_checked():
    """A provider that signs nothing, on a listener with one secret for all."""
    world = World(unreachable, rules=Rules(secrets=(Secret("s", "a secret"),)))
    assert world.run(Request("POST", "http://127.0.0.1:8400/webhook/datadog"))[0].status == 401


def test_a_stranger_is_told_neither_how_near_it_came_nor_where_the_secret_lies():
    github = providers.get("github")
    secret = Secret("file:/home/ann/secrets/github", "s3cret")
    endpoint = Endpoint("/webhook/github", secrets=(secret,))
    world = World(unreachable, rules=Rules({endpoint.path: endpoint}))
    asked = Request("POST", "http://127.0.0.1:8400/webhook/github", body=b"{}")
    signed = github.scheme.sign(asked, secret=secret, now=NOW)
    (name, right), *_ = [pair for pair in signed.headers if pair[0] == b"X-Hub-Signature-256"]
    half = signed._replace(headers=Headers([(name, right[:40])]))
    answers = world.run(half, asked)
    assert world.stored[0][1].cause == "truncated"
    told = [answer.body.decode() for answer in answers]
    assert told[0] == '{"error":"the signature does not hold; whcli verify 1 says why"}'
    assert told[1] == '{"error":"there is no signature; whcli verify 2 says why"}'
