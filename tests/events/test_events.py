import json
from datetime import UTC, datetime
from random import Random
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli import events
from whcli.errors import NotFound, UsageError

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)


def made(provider, type, *changes, data=None):
    template, random = events.load(provider, type), Random(7)
    event = events.render(template, now=NOW, random=random, changes=changes)
    return event, events.request(template, event, url="https://example.com/in?x", now=NOW, random=random, data=data)


@pytest.mark.parametrize(
    ("provider", "type", "hint"),
    [
        ("stripe", "payment_intent.suceeded", "did you mean payment_intent.succeeded"),
        ("stripe", "refunded", "did you mean charge.refunded?"),
        ("stripe", "push", "It is one of github's: --provider github. `whcli providers stripe` lists them."),
        ("github", "payment.success", "It is one of generic's"),
        ("twilio", "call.incoming", "did you mean call.ringing"),
        ("shopify", "orders\\create", "did you mean orders/create"),
        ("stripe", "", "`whcli providers stripe` lists them."),
        ("stripe", "../github/push", "`whcli providers stripe` lists them."),
        ("stripe", "provider", "`whcli providers stripe` lists them."),
        ("stripe", "\x1b[31m" * 1000, "`whcli providers stripe` lists them."),
    ],
)
def test_an_unknown_event_names_near_ones(provider, type, hint):
    with pytest.raises(NotFound, match=f"{provider} has no sample event") as caught:
        events.load(provider, type)
    assert hint in caught.value.hint


@pytest.mark.parametrize("provider", ["strip", "", "..", ".", "../events/stripe", "__pycache__", "stripe/"])
def test_an_unknown_provider_names_those_there_are(provider):
    with pytest.raises(NotFound, match="no sample events of") as caught:
        events.load(provider, "push")
    assert "sendgrid, shopify, slack" in caught.value.hint


def test_changes_are_made_in_their_order():
    event, request = made(
        "stripe",
        "invoice.paid",
        (("data", "object"), {"total": 1}),
        (("data", "object", "total"), 2),
        (("livemode",), True),
    )
    assert event.payload["data"]["object"] == {"total": 2}
    assert json.loads(request.body) == event.payload
    assert event.payload["livemode"] is True


def test_a_change_to_nowhere_names_near_paths():
    with pytest.raises(NotFound) as caught:
        made("stripe", "invoice.paid", (("amount_payed",), 1))
    assert "data.object.amount_paid" in caught.value.hint


def test_headers_follow_what_was_changed():
    _, request = made("generic", "custom", (("id",), "evt_mine"))
    assert request.headers.first(b"X-Webhook-Id") == b"evt_mine"
    _, request = made("github", "push", (("repository", "id"), 5))
    assert request.headers.first(b"X-GitHub-Hook-Installation-Target-ID") == b"5"


def test_a_header_that_quotes_what_is_gone_is_left_out():
    _, request = made("github", "push", (("repository",), None))
    assert request.headers.first(b"X-GitHub-Hook-Installation-Target-ID") is None
    assert request.headers.first(b"X-GitHub-Hook-Installation-Target-Type") == b"repository"


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "\x00", "\x1b", "\ud800", "\u2028"])
def test_a_header_holds_no_control_character(value):
    with pytest.raises(UsageError, match="X-Webhook-Id cannot hold"):
        made("generic", "custom", (("id",), value))


def test_header_values_may_be_utf_8():
    _, request = made("generic", "custom", (("id",), "größe"))
    assert request.headers.first(b"X-Webhook-Id") == "größe".encode()


@given(st.binary())
def test_given_bytes_are_the_body(data):
    _, request = made("stripe", "invoice.paid", data=data)
    assert request.body == data
    assert request.url == "https://example.com/in?x"


def test_a_form_takes_text_and_json():
    _, request = made(
        "twilio",
        "message.received",
        (("Body",), "a b&c=d é"),
        (("NumMedia",), 2),
        (("ToZip",), None),
        (("To",), "\ud800"),
    )
    pairs = parse_qs(request.body.decode(), keep_blank_values=True)
    assert [pairs[name] for name in ("Body", "NumMedia", "ToZip")] == [["a b&c=d é"], ["2"], ["null"]]
    _, request = made("twilio", "message.received", ((), [1]))
    assert request.body == b"payload=%5B1%5D"


def test_text_outside_of_utf_8_is_escaped():
    _, request = made("github", "push", (("ref",), "refs/heads/\ud83d"), (("sender", "login"), "zoë"))
    assert json.loads(request.body)["ref"] == "refs/heads/\ud83d"


def test_the_second_event_of_a_source_is_another():
    template, random = events.load("stripe", "invoice.paid"), Random(7)
    ids = {events.render(template, now=NOW, random=random).payload["id"] for _ in range(200)}
    assert len(ids) == 200
