"""Razorpay: the body alone, by the webhook's own secret, which is not the API key's."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="razorpay",
    title="Razorpay",
    docs="https://razorpay.com/docs/webhooks/validate-test/",
    scheme=SignatureScheme(signature=Header("X-Razorpay-Signature")),
    event_type=(Json("event"),),
    event_id=(Header("x-razorpay-event-id"),),
    marks=("X-Razorpay-Signature",),
    secret_hint="Dashboard, Account & Settings, Webhooks, the webhook's Secret",
    secret_env="RAZORPAY_WEBHOOK_SECRET",
    events=(
        "payment.authorized",
        "payment.captured",
        "payment.failed",
        "order.paid",
        "refund.created",
    ),
)
