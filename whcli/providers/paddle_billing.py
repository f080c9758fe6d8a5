"""Paddle Billing: pairs with semicolons, a colon before the body, and five seconds to arrive."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="paddle-billing",
    title="Paddle Billing",
    docs="https://developer.paddle.com/webhooks/signature-verification",
    scheme=SignatureScheme(
        signature=Pair("Paddle-Signature", "h1", separator=";"),
        timestamp=Pair("Paddle-Signature", "ts", separator=";"),
        signed="{timestamp}:{body}",
        tolerance=timedelta(seconds=5),
        new="pdl_ntfset_{short}",
    ),
    event_type=(Json("event_type"),),
    event_id=(Json("notification_id"), Json("event_id")),
    marks=("Paddle-Signature",),
    secret_hint="Developer Tools, Notifications, the destination's secret key: pdl_ntfset_…",
    secret_env="PADDLE_WEBHOOK_SECRET",
    events=(
        "transaction.completed",
        "subscription.created",
        "subscription.canceled",
        "price.created",
        "address.created",
    ),
)
