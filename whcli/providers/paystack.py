"""Paystack: SHA-512 over the body, by the API's secret key."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="paystack",
    title="Paystack",
    docs="https://paystack.com/docs/payments/webhooks/",
    scheme=SignatureScheme(signature=Header("x-paystack-signature"), algorithm="hmac-sha512", new="sk_test_{hex}"),
    event_type=(Json("event"),),
    event_id=(
        Joined(Json("event"), Json("data.id"), by=":"),
        Joined(Json("event"), Json("data.subscription_code"), by=":"),
    ),
    marks=("x-paystack-signature",),
    secret_hint="Dashboard, Settings, API Keys & Webhooks: the Secret Key, sk_live_… or sk_test_…",
    secret_env="PAYSTACK_SECRET_KEY",
    events=(
        "charge.success",
        "transfer.success",
        "subscription.create",
        "refund.processed",
    ),
    confidence="medium",
)
