"""Customer.io: what Slack signs, in bare hex."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="customerio",
    title="Customer.io",
    docs="https://docs.customer.io/journeys/webhooks/",
    scheme=SignatureScheme(
        signature=Header("X-CIO-Signature"),
        timestamp=Header("X-CIO-Timestamp"),
        signed="v0:{timestamp}:{body}",
    ),
    event_type=(Joined(Json("object_type"), Json("metric")),),
    event_id=(Json("event_id"),),
    marks=("X-CIO-Signature", "X-CIO-Timestamp"),
    secret_hint="Data & Integrations, Integrations, Reporting Webhooks: the webhook's signing key",
    secret_env="CUSTOMERIO_WEBHOOK_SIGNING_KEY",
    events=("email.sent", "email.delivered", "email.opened", "email.clicked", "push.sent", "customer.unsubscribed"),
    confidence="medium",
)
