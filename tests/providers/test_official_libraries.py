"""The makers' own libraries on the other side, both ways: they accept what we sign, we accept what they sign."""

from __future__ import annotations

import json
import time
import warnings
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

import pytest
from gidgethub import ValidationFailure, sansio
from slack_sdk.signature import Clock, SignatureVerifier
from standardwebhooks import Webhook, WebhookVerificationError
from twilio.request_validator import RequestValidator

with warnings.catch_warnings():
    # Both import modules that speak of their own later removal; nothing that we call is among them.
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    import stripe
    from sendgrid.helpers.eventwebhook import EventWebhook

from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.signing.scheme import SignatureScheme

NOW = datetime.fromtimestamp(int(time.time()), UTC)  # Stripe's and Standard Webhooks' libraries read the clock
BODIES = ['{"id": "evt_1", "object": "event", "type": "a.b"}', '{"object":"event","note":"é ✓ \\u00e9","n":1.0}\r\n']
FORM = {"MessageSid": "SM1", "Body": "Hé + %", "From": "+1555", "Empty": ""}
TWILIO = [
    "https://example.com/sms?a=1",
    "https://example.com:443/x",
    "http://example.com:8080/y",
    "http://example.com/",
]

each_body = pytest.mark.parametrize("body", BODIES)


class Case(NamedTuple):
    """A signed request, told the way that libraries want it."""

    request: Request

    def header(self, name: str) -> str:
        value = self.request.headers.first(name.encode())
        assert value is not None
        return value.decode()

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.request.headers}

    @property
    def body(self) -> str:
        assert isinstance(self.request.body, bytes)
        return self.request.body.decode()


def ours(
    name: str, body: str, *, url: str = "https://example.com/x", kind: str = "application/json"
) -> tuple[Case, str]:
    """A request that we signed, and the secret."""
    scheme = providers.get(name).scheme
    secret = scheme.make_secret(bytes(range(32)))
    request = Request("POST", url, Headers([(b"Content-Type", kind.encode())]), body.encode())
    return Case(scheme.sign(request, secret=Secret("s", secret), now=NOW)), secret


def accepted(name: str, body: str, secret: str, headers: dict[str, str], *, url: str = "https://example.com/x") -> bool:
    """What we think of a request that a library signed."""
    pairs = Headers((key.encode(), value.encode()) for key, value in headers.items())
    request = Request("POST", url, pairs, body.encode())
    return providers.get(name).scheme.verify(request, secrets=[Secret("s", secret)], now=NOW).outcome == "valid"


@each_body
def test_stripe(body: str):
    signed, secret = ours("stripe", body)
    stripe.Webhook.construct_event(signed.body, signed.header("Stripe-Signature"), secret)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(signed.body + " ", signed.header("Stripe-Signature"), secret)

    theirs = stripe.WebhookSignature.generate_signature_header(body, secret, int(NOW.timestamp()))
    assert accepted("stripe", body, secret, {"Stripe-Signature": theirs})
    assert not accepted("stripe", body + " ", secret, {"Stripe-Signature": theirs})


class Fixed(Clock):
    def now(self) -> float:
        return NOW.timestamp()


@each_body
def test_slack(body: str):
    signed, secret = ours("slack", body)
    verifier = SignatureVerifier(secret, Fixed())
    assert verifier.is_valid_request(signed.body, signed.headers)
    assert not verifier.is_valid_request(signed.body + " ", signed.headers)

    moment = str(int(NOW.timestamp()))
    theirs = verifier.generate_signature(timestamp=moment, body=body)
    assert theirs is not None
    headers = {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": theirs}
    assert accepted("slack", body, secret, headers)
    assert not accepted("slack", body + " ", secret, headers)


@each_body
@pytest.mark.parametrize("name", ["X-Hub-Signature-256", "X-Hub-Signature"])
def test_github(body: str, name: str):
    scheme, secret = providers.get("github").scheme, "It's a secret"
    borne = Request("POST", "https://example.com", Headers([(name.encode(), b"")]), body.encode())
    signed = Case(scheme.sign(borne, secret=Secret("s", secret), now=NOW))
    sansio.validate_event(body.encode(), signature=signed.header(name), secret=secret)
    with pytest.raises(ValidationFailure):
        sansio.validate_event(body.encode() + b" ", signature=signed.header(name), secret=secret)
    assert accepted("github", body, secret, signed.headers)


@pytest.mark.parametrize("url", TWILIO)
def test_twilio_forms(url: str):
    body = urlencode(FORM)
    signed, token = ours("twilio", body, url=url, kind="application/x-www-form-urlencoded")
    validator = RequestValidator(token)
    assert validator.validate(url, FORM, signed.header("X-Twilio-Signature"))
    assert not validator.validate(url, FORM | {"Body": "x"}, signed.header("X-Twilio-Signature"))

    kind = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    for algorithm, settings in (("HMAC_SHA1", ""), ("HMAC_SHA256", "key=k,algorithm=HMAC_SHA256")):
        more = {"X-Twilio-Webhooks-Signature-Settings": settings} if settings else {}
        for spelled in (
            url,
            url.replace("example.com/", "example.com:443/"),
            url.replace(":443", "").replace(":8080", ""),
        ):
            theirs = validator.compute_signature(spelled, FORM, algorithm)
            headers = {**kind, **more, "X-Twilio-Signature": theirs}
            assert accepted("twilio", body, token, headers, url=url) == validator.validate(url, FORM, theirs, algorithm)
            assert not accepted("twilio", body + "&x=1", token, headers, url=url)


def test_twilio_repeated_fields():
    class Multi(dict[str, str]):
        def getlist(self, name: str) -> list[str]:
            return [value for key, value in pairs if key == name]

    pairs = [("b", "2"), ("a", "9"), ("a", "10"), ("a", "9"), ("ab", ""), ("é", "ü"), ("Z", "")]
    theirs = RequestValidator("t").compute_signature("https://example.com/x", Multi(pairs))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": theirs}
    assert accepted("twilio", urlencode(pairs), "t", headers)


@pytest.mark.parametrize("url", TWILIO)
@each_body
def test_twilio_json(url: str, body: str):
    signed, token = ours("twilio", body, url=url)
    validator = RequestValidator(token)
    assert "bodySHA256=" in signed.request.url
    assert validator.validate(signed.request.url, body, signed.header("X-Twilio-Signature"))
    assert not validator.validate(signed.request.url, body + " ", signed.header("X-Twilio-Signature"))

    theirs = {"X-Twilio-Signature": validator.compute_signature(signed.request.url, {})}
    assert accepted("twilio", body, token, theirs, url=signed.request.url)
    assert not accepted("twilio", body + " ", token, theirs, url=signed.request.url)


@each_body
def test_sendgrid(body: str):
    scheme = providers.get("sendgrid").scheme
    assert isinstance(scheme, SignatureScheme)
    signed, private = ours("sendgrid", body)
    public = scheme.public_key(Secret("s", private))
    names = ("X-Twilio-Email-Event-Webhook-Signature", "X-Twilio-Email-Event-Webhook-Timestamp")
    signature, moment = (signed.header(name) for name in names)
    assert EventWebhook(public).verify_signature(body, signature, moment)
    assert not EventWebhook(public).verify_signature(body + " ", signature, moment)
    assert accepted("sendgrid", body, public, signed.headers)


@each_body
def test_standard_webhooks(body: str):
    signed, secret = ours("standard-webhooks", body)
    library = Webhook(secret)
    assert library.verify(signed.body, signed.headers) == json.loads(body)
    with pytest.raises(WebhookVerificationError):
        library.verify(signed.body + " ", signed.headers)

    moment = str(int(NOW.timestamp()))
    theirs = library.sign("msg_1", NOW, body)
    headers = {"webhook-id": "msg_1", "webhook-timestamp": moment, "webhook-signature": f"v1,AAAA v1a,BBBB {theirs}"}
    assert accepted("standard-webhooks", body, secret, headers)
    assert accepted("standard-webhooks", body, secret.removeprefix("whsec_").rstrip("="), headers)
    assert not accepted("standard-webhooks", body + " ", secret, headers)
