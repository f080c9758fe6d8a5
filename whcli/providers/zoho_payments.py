"""Zoho Payments: as Stripe, in milliseconds, and with v for the signature."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="zoho-payments",
    title="Zoho Payments",
    docs="https://www.zoho.com/us/payments/developerdocs/webhooks/verification/",
    scheme=SignatureScheme(
        signature=Pair("X-Zoho-Webhook-Signature", "v"),
        timestamp=Pair("X-Zoho-Webhook-Signature", "t"),
        time="ms",
        tolerance=None,
        signed="{timestamp}.{body}",
    ),
    event_type=(Json("event_type"),),
    event_id=(Json("event_id"),),
    marks=("X-Zoho-Webhook-Signature",),
    secret_hint="Settings, Developer Space, Webhooks, the endpoint's signing key",
    secret_env="ZOHO_PAYMENTS_SIGNING_KEY",
    events=("payment.succeeded", "payment.failed", "payment_link.paid", "refund.succeeded", "payout.paid"),
)
