"""Modern Treasury: the body alone. The topic is in a header, what happened to it in the body."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="modern-treasury",
    title="Modern Treasury",
    docs="https://docs.moderntreasury.com/platform/reference/webhooks",
    scheme=SignatureScheme(signature=Header("X-Signature")),
    event_type=(Joined(Header("X-Topic"), Json("event")), Json("event"), Header("X-Topic")),
    event_id=(Header("X-Webhook-ID"),),
    marks=(
        "X-Signature",
        "X-Topic",
        "X-Webhook-ID",
    ),
    secret_hint="Developers, Webhooks, the endpoint's webhook key",
    secret_env="MODERN_TREASURY_WEBHOOK_KEY",
    events=(
        "payment_order.created",
        "payment_order.completed",
        "expected_payment.reconciled",
        "return.created",
    ),
)
