"""Every template, drawn by several seeds at several times."""

import json
import math
import re
from datetime import UTC, datetime
from random import Random
from urllib.parse import parse_qsl

import gidgethub.sansio
import pytest
import stripe

from tests.test_jsontext import every
from whcli import events, providers
from whcli.signing import slots

TIMES = [
    datetime(2026, 1, 31, 9, 30, 5, 123456, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, 999999, tzinfo=UTC),
    datetime(2001, 9, 9, 1, 46, 40, tzinfo=UTC),
]
ALL = [(provider, name) for provider in events.providers() for name in events.types(provider)]
WANTED = {
    "generic": "payment.success payment.received payment.failed order.created order.placed user.signup"
    " message.received status.changed created updated deleted custom",
    "stripe": "payment_intent.succeeded payment_intent.payment_failed checkout.session.completed invoice.paid"
    " invoice.payment_failed customer.created customer.subscription.created customer.subscription.updated"
    " customer.subscription.deleted charge.refunded charge.succeeded",
    "github": "ping push pull_request issues issue_comment release workflow_run star",
    "slack": "url_verification app_mention message reaction_added team_join command block_actions",
    "shopify": "orders/create orders/paid products/update app/uninstalled customers/data_request fulfillments/create"
    " customers/create",
    "twilio": "message.received message.delivered message.failed call.ringing call.completed",
    "sendgrid": "processed delivered open click bounce spamreport dropped",
    "standard-webhooks": "user.created invoice.paid contact.created order.shipped",
}


def drawn(provider, type, *, seed=1, now=TIMES[0]):
    template, random = events.load(provider, type), Random(seed)
    event = events.render(template, now=now, random=random)
    return event, events.request(template, event, url="https://example.com/webhook", now=now, random=random)


def leaves(payload):
    return [(path, value) for path, value in every(payload) if not isinstance(value, dict | list)]


@pytest.mark.parametrize("provider", sorted(WANTED))
def test_the_wanted_events_are_there(provider):
    assert set(WANTED[provider].split()) <= set(events.types(provider))
    assert events.types(provider) == sorted(events.types(provider))


@pytest.mark.parametrize(("provider", "type"), ALL)
@pytest.mark.parametrize("now", TIMES)
def test_every_template_draws_a_sound_request(provider, type, now):
    for seed in range(5):
        event, request = drawn(provider, type, seed=seed, now=now)
        assert (event.provider, event.type) == (provider, type)
        assert request.method == "POST"
        assert all(
            re.fullmatch(rb"[A-Za-z0-9-]+", name) and re.fullmatch(rb"[ -~]+", value) for name, value in request.headers
        )
        assert len(request.headers) == len(events.load(provider, type).headers)
        assert b"ignature" not in b" ".join(name for name, _ in request.headers)
        if events.load(provider, type).body != "form":
            assert json.loads(request.body) == event.payload
        else:
            assert [name for name, _ in parse_qsl(request.body.decode(), True, True)] == list(event.payload)
        assert not [path for path, value in leaves(event.payload) if re.search(r"\{[a-z]+:", str(value))]
        assert not [
            path for path, value in leaves(event.payload) if isinstance(value, float) and not math.isfinite(value)
        ]


@pytest.mark.parametrize(("provider", "type"), ALL)
def test_the_provider_reads_the_type_and_an_id(provider, type):
    ids = set()
    for seed in range(3):
        event, request = drawn(provider, type, seed=seed)
        read, named = providers.describe(request, providers.get(provider))
        # A slash command is named by what was typed.
        assert read == (event.payload["command"] if type == "command" else type)
        ids.add(named)
    if (provider, type) != (
        "slack",
        "url_verification",
    ) and provider != "standard-webhooks":  # it is in what signing adds
        assert len(ids - {None}) == 3


@pytest.mark.parametrize(("provider", "type"), ALL)
def test_the_same_seed_gives_the_same_bytes_and_another_others(provider, type):
    first, again, other = (drawn(provider, type, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


@pytest.mark.parametrize(("provider", "type"), ALL)
def test_a_template_says_where_it_is_from(provider, type):
    template = events.load(provider, type)
    assert template.source.startswith("https://")
    assert template.version
    assert re.fullmatch(r"[A-Z][^\n]{8,90}[^.]", template.about)
    assert template.body in events.SPELLINGS


@pytest.mark.parametrize("type", events.types("stripe"))
def test_the_library_of_stripe_takes_the_event(type):
    _, request = drawn("stripe", type)
    parsed = stripe.Event.construct_from(json.loads(request.body), "sk_test")
    assert parsed.type == type
    assert parsed.data.object["object"] == type.rpartition(".")[0].replace("customer.subscription", "subscription")
    assert set(parsed.data.to_dict().get("previous_attributes", {})) <= set(parsed.data.object.to_dict())
    assert parsed.api_version == events.load("stripe", type).version


@pytest.mark.parametrize("type", events.types("github"))
def test_the_library_of_github_takes_the_event(type):
    _, request = drawn("github", type)
    headers = {name.decode().lower(): value.decode() for name, value in request.headers}
    parsed = gidgethub.sansio.Event.from_http(headers, request.body)
    assert (parsed.event, parsed.delivery_id) == (type, headers["x-github-delivery"])
    assert parsed.data["repository"]["full_name"] == parsed.data["repository"]["html_url"].removeprefix(
        "https://github.com/"
    )
    assert headers["x-github-hook-installation-target-id"] == str(parsed.data["repository"]["id"])


@pytest.mark.parametrize("seed", range(20))
def test_sums_of_stripe_add_up(seed):
    for name in ("invoice.paid", "invoice.payment_failed"):
        invoice = drawn("stripe", name, seed=seed)[0].payload["data"]["object"]
        line = invoice["lines"]["data"][0]
        assert line["quantity"] * int(line["pricing"]["unit_amount_decimal"]) == line["amount"] == invoice["total"]
        assert invoice["amount_paid"] + invoice["amount_remaining"] == invoice["amount_due"] == invoice["total"]
        assert (invoice["amount_remaining"] == 0) == (invoice["status"] == "paid")
    session = drawn("stripe", "checkout.session.completed", seed=seed)[0].payload["data"]["object"]
    details = session["total_details"]
    assert session["amount_subtotal"] + details["amount_tax"] + details["amount_shipping"] == session["amount_total"]
    refund = drawn("stripe", "charge.refunded", seed=seed)[0].payload["data"]["object"]
    assert refund["amount_refunded"] == refund["amount"] == refund["amount_captured"]
    assert refund["refunded"] is True
    subscription = drawn("stripe", "customer.subscription.created", seed=seed)[0].payload["data"]["object"]
    item = subscription["items"]["data"][0]
    assert item["subscription"] == subscription["id"]
    assert subscription["latest_invoice"].startswith("in_1")
    assert item["current_period_end"] - item["current_period_start"] == 30 * 86400


@pytest.mark.parametrize("type", ["orders/create", "orders/paid", "orders/updated"])
@pytest.mark.parametrize("seed", range(20))
def test_sums_of_shopify_add_up(type, seed):
    order = drawn("shopify", type, seed=seed)[0].payload

    def cents(text):
        assert re.fullmatch(r"[0-9]+\.[0-9]{2}", text)
        return int(text.replace(".", ""))

    lines = order["line_items"]
    assert sum(cents(line["price"]) * line["quantity"] for line in lines) == cents(order["subtotal_price"])
    assert sum(cents(line["tax_lines"][0]["price"]) for line in lines) == cents(order["total_tax"])
    shipping = cents(order["shipping_lines"][0]["price"])
    assert cents(order["subtotal_price"]) + cents(order["total_tax"]) + shipping == cents(order["total_price"])
    assert cents(order["total_outstanding"]) == (
        0 if order["financial_status"] == "paid" else cents(order["total_price"])
    )
    assert order["name"] == f"#{order['order_number']}"
    assert order["customer"]["email"] == order["email"]
    for path, value in every(order):
        if path and str(path[-1]).endswith("_set") and value:
            assert value["shop_money"] == value["presentment_money"]
            beside = order if len(path) == 1 else events.paths.get(order, path[:-1])
            plain = beside.get(path[-1].removesuffix("_set"))
            assert plain in (None, value["shop_money"]["amount"])


@pytest.mark.parametrize("seed", range(20))
def test_sums_of_the_generic_ones_add_up(seed):
    for name in ("order.created", "order.placed"):
        order = drawn("generic", name, seed=seed)[0].payload["data"]
        assert all(item["unit_price"] * item["quantity"] == item["total"] for item in order["items"])
        assert sum(item["total"] for item in order["items"]) == order["subtotal"]
        assert order["subtotal"] + order["tax"] + order["shipping"] == order["total"]
    invoice = drawn("standard-webhooks", "invoice.paid", seed=seed)[0].payload["data"]
    assert invoice["subtotal"] + invoice["tax"] == invoice["total"] == invoice["amount_paid"]


@pytest.mark.parametrize("seed", range(5))
def test_ids_agree_within_an_event(seed):
    push = drawn("github", "push", seed=seed)[0].payload
    assert push["after"] == push["head_commit"]["id"] == push["commits"][0]["id"]
    assert push["compare"].endswith(f"{push['before'][:12]}...{push['after'][:12]}")
    run = drawn("github", "workflow_run", seed=seed)[0].payload
    assert run["workflow_run"]["workflow_id"] == run["workflow"]["id"]
    message = drawn("twilio", "message.received", seed=seed)[0].payload
    assert message["MessageSid"] == message["SmsSid"] == message["SmsMessageSid"]
    call = drawn("twilio", "call.completed", seed=seed)[0].payload
    assert int(call["Duration"]) == math.ceil(int(call["CallDuration"]) / 60)
    mention = drawn("slack", "app_mention", seed=seed)[0].payload
    assert mention["event"]["text"].startswith(f"<@{mention['authorizations'][0]['user_id']}>")
    pressed = drawn("slack", "block_actions", seed=seed)[0].payload["payload"]
    assert pressed["actions"][0]["value"] == pressed["message"]["blocks"][0]["elements"][0]["value"]
    charge = drawn("stripe", "charge.succeeded", seed=seed)[0].payload
    assert 0 <= charge["created"] - charge["data"]["object"]["created"] <= 60


@pytest.mark.parametrize(
    ("provider", "type", "beginning", "end"),
    [
        ("stripe", "invoice.paid", b'{\n  "id": "evt_1', b'\n  "type": "invoice.paid"\n}'),
        ("sendgrid", "open", b'[{"email":"', b"}]\r\n"),
        ("slack", "message", b'{"token":"', b'"}'),
        ("slack", "block_actions", b"payload=%7B%22type%22%3A%22block_actions%22%2C", b"%7D"),
        ("twilio", "message.received", b"ToCountry=US&ToState=CA&SmsMessageSid=SM", b"&ApiVersion=2010-04-01"),
        ("github", "push", b'{"ref":"refs/heads/main","before":"', b"}"),
    ],
)
def test_bodies_are_spelled_as_the_provider_spells_them(provider, type, beginning, end):
    _, request = drawn(provider, type)
    assert request.body.startswith(beginning)
    assert request.body.endswith(end)


def test_slack_escapes_slashes():
    body = drawn("slack", "team_join")[1].body
    assert b"https:\\/\\/secure.gravatar.com\\/avatar\\/" in body
    assert b"://" not in body
    assert slots.Json("event.type").lines(drawn("slack", "team_join")[1]) == [b"team_join"]
