"""GoCardless: the body alone, under a header that Standard Webhooks writes otherwise. A request holds many events."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="gocardless",
    title="GoCardless",
    docs="https://developer.gocardless.com/getting-started/staying-up-to-date-with-webhooks",
    scheme=SignatureScheme(signature=Header("Webhook-Signature")),
    event_type=(Joined(Json("events.0.resource_type"), Json("events.0.action")),),
    event_id=(Json("meta.webhook_id"), Json("events.0.id")),
    marks=(),
    secret_hint="Dashboard, Developers, the webhook endpoint's Secret",
    secret_env="GOCARDLESS_WEBHOOK_SECRET",
    events=(
        "payments.confirmed",
        "mandates.created",
        "subscriptions.created",
        "payouts.paid",
    ),
)
