"""Finding a provider, by name or by headers, and what is read off its requests."""

from __future__ import annotations

import subprocess
import sys
from urllib.parse import urlencode

import pytest
from provider_samples import ALL, NOW, own

from whcli import providers
from whcli.errors import ExitCode, NotFound
from whcli.http import Headers, Request
from whcli.model import Secret

FORM = Headers([(b"Content-Type", b"application/x-www-form-urlencoded")])


def request(body: str | bytes, **headers: str) -> Request:
    pairs = Headers((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())
    return Request("POST", "https://example.com", pairs, body.encode() if isinstance(body, str) else body)


def test_names_are_those_of_the_files_and_of_the_records():
    assert [provider.name for provider in ALL] == list(providers.names()) == sorted(providers.names())
    assert {"stripe", "github", "slack", "shopify", "twilio", "sendgrid", "standard-webhooks", "generic"} <= set(
        providers.names()
    )
    for provider in ALL:
        assert provider.docs.startswith("https://")
        assert provider.title
        assert provider.secret_hint
        signs = provider.scheme.describe()["algorithm"] != "none"
        assert provider.secret_env.isupper() if signs else provider.secret_env == ""


@pytest.mark.parametrize("name", ["strip", "Stripe", "standard_webhooks", "base", "..", "os", "", "__init__", "é" * 99])
def test_an_unknown_name_is_told_with_near_ones(name: str):
    with pytest.raises(NotFound) as missing:
        providers.get(name)
    assert missing.value.code is ExitCode.NOT_FOUND
    assert "whcli providers" in str(missing.value.hint)
    near = {"strip": "stripe", "Stripe": "stripe", "standard_webhooks": "standard-webhooks"}.get(name, "")
    assert near in str(missing.value.hint)


def printed(code: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_one_provider_loads_neither_the_others_nor_what_is_heavy():
    code = "import sys, whcli.providers as p; p.names(); p.get('stripe'); print(*sys.modules)"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    heavy = {
        "cryptography",
        "asyncio",
        "aiohttp",
        "rich",
        "email",
        "uuid",
        "http.client",
        "importlib.metadata",
        "difflib",
    }
    assert not loaded & heavy
    assert "whcli.providers.github" not in loaded
    assert "whcli.signing.diagnosis" not in loaded


def test_the_keys_of_sendgrid_load_cryptography_only_when_met():
    assert printed("import sys, whcli.providers as p; p.all(); print('cryptography' in sys.modules)") == "False\n"


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("stripe-signature", "stripe"),
        ("X-GITHUB-EVENT x-github-delivery", "github"),
        ("X-GitHub-Event", None),
        ("X-Hub-Signature-256", None),
        ("X-Shopify-Topic X-Shopify-Webhook-Id", "shopify"),
        ("shopify-topic shopify-webhook-id", "shopify"),
        ("webhook-id webhook-timestamp webhook-signature", "standard-webhooks"),
        ("webhook-id webhook-timestamp", None),
        ("X-Webhook-Signature", "generic"),
        ("X-Webhook-Signature X-Slack-Signature X-Slack-Request-Timestamp", "slack"),
        ("X-Twilio-Signature", "twilio"),
        ("Content-Type Host", None),
        ("", None),
    ],
)
def test_detection_by_headers(names: str, found: str | None):
    provider = providers.detect(Headers((name.encode(), b"") for name in names.split()))
    assert (provider.name if provider else None) == found


def form(**fields: str) -> Request:
    return Request("POST", "https://example.com", FORM, urlencode(fields).encode())


@pytest.mark.parametrize(
    ("name", "request_", "expected"),
    [
        ("twilio", form(MessageSid="SM1", SmsStatus="received", Body="hi"), ("message.received", "SM1:received")),
        ("twilio", form(MessageSid="SM1", MessageStatus="sent", SmsStatus="x"), ("message.sent", "SM1:sent")),
        ("twilio", form(CallSid="CA1", CallStatus="completed"), ("call.completed", "CA1:completed")),
        (
            "twilio",
            form(CallSid="CA1", CallStatus="completed", RecordingSid="RE1", RecordingStatus="completed"),
            ("recording.completed", "RE1:completed"),
        ),
        ("twilio", form(CallSid="CA1"), (None, None)),
        ("twilio", form(EventType="onMessageAdded"), ("onMessageAdded", None)),
        ("twilio", request('[{"type": "com.twilio.x", "id": "EZ1"}]'), ("com.twilio.x", "EZ1")),
        ("slack", form(payload='{"type": "block_actions", "trigger_id": "1.2"}'), ("block_actions", "1.2")),
        ("slack", request('{"type": "url_verification", "challenge": "c"}'), ("url_verification", None)),
        ("slack", request('{"type":"event_callback","event":{"type":"message"},"event_id":"E1"}'), ("message", "E1")),
        ("sendgrid", request('[{"event": "open", "sg_event_id": "x"}, {"event": "click"}]\r\n'), ("open", "x")),
        ("sendgrid", request("[]"), (None, None)),
        ("generic", request('{"event": "a.b", "id": 7}'), ("a.b", "7")),
        ("generic", request('{"event": {"x": 1}}', X_Webhook_Event="h", X_Webhook_Id="i"), ("h", "i")),
        ("standard-webhooks", request('{"type": "user.created"}', webhook_id="msg_1"), ("user.created", "msg_1")),
        ("stripe", request(b"\xff"), (None, None)),
    ],
)
def test_event_types_and_ids(name: str, request_: Request, expected: tuple[str | None, str | None]):
    assert providers.describe(request_, providers.get(name)) == expected


def test_nothing_is_told_of_an_unknown_sender():
    assert providers.describe(request("{}"), None) == (None, None)


def test_a_request_of_another_provider_is_told():
    sample = own(providers.get("slack"))
    verdict = providers.verify(providers.get("stripe"), sample.request, secrets=[Secret("s", "x")], now=NOW)
    assert (verdict.outcome, verdict.cause) == ("missing", "another-provider")
    assert "slack" in str(verdict.fix)


def test_verifying_by_provider():
    sample = own(providers.get("stripe"))
    stripe = sample.provider
    assert providers.verify(stripe, sample.request, secrets=[sample.secret], now=NOW).outcome == "valid"
    assert providers.verify(stripe, sample.request, secrets=[], now=NOW).outcome == "unchecked"
    assert providers.verify(None, sample.request, secrets=[], now=NOW).outcome == "unchecked"
    assert providers.verify(None, sample.request, secrets=[sample.secret], now=NOW).outcome == "missing"
    unsigned = sample.request._replace(headers=Headers())
    assert providers.verify(stripe, unsigned, secrets=[sample.secret], now=NOW).cause == "missing-header"
    changed = sample.request._replace(body=b"{}")
    verdict = providers.verify(stripe, changed, secrets=[Secret("a", "x")], now=NOW, others=[sample.secret])
    assert (verdict.outcome, verdict.signed_at) == ("mismatch", NOW)
