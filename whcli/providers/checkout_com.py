"""Checkout.com: the body alone, by the workflow's signature key."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="checkout-com",
    title="Checkout.com",
    docs="https://www.checkout.com/docs/developer-resources/webhooks/webhook-setup/set-up-your-webhook-receiver",
    scheme=SignatureScheme(signature=Header("Cko-Signature")),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("Cko-Signature",),
    secret_hint="Dashboard, Developers, Webhooks, the webhook's Signature key",
    secret_env="CHECKOUT_COM_SIGNATURE_KEY",
    events=(
        "payment_approved",
        "payment_captured",
        "payment_refunded",
        "payment_declined",
    ),
)
