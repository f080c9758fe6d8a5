"""Airwallex: the time in milliseconds and the body, with nothing between."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="airwallex",
    title="Airwallex",
    docs="https://www.airwallex.com/docs/developer-tools/webhooks/listen-for-webhook-events",
    scheme=SignatureScheme(
        signature=Header("x-signature"),
        timestamp=Header("x-timestamp"),
        time="ms",
        tolerance=None,
        signed="{timestamp}{body}",
    ),
    event_type=(Json("name"),),
    event_id=(Json("id"),),
    marks=(),
    secret_hint="Settings, Developer, Webhooks, the webhook's secret",
    secret_env="AIRWALLEX_WEBHOOK_SECRET",
    events=(
        "payment_intent.succeeded",
        "payment_intent.created",
        "refund.settled",
        "payout.transfer.paid",
    ),
)
