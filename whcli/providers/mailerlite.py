"""MailerLite: hex in a common header; MailerLite Classic has base64 in its own, by the API key."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="mailerlite",
    title="MailerLite",
    docs="https://developers.mailerlite.com/docs/webhooks.html",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("Signature")),
            SignatureScheme(signature=Header("X-MailerLite-Signature"), encoding="base64"),
        )
    ),
    event_type=(Json("type"), Json("event"), Json("events.0.type")),
    event_id=(),
    marks=("X-MailerLite-Signature",),
    secret_hint="Integrations, Webhooks, the webhook's Secret; of MailerLite Classic the API key",
    secret_env="MAILERLITE_WEBHOOK_SECRET",
    events=("subscriber.created", "subscriber.updated", "subscriber.unsubscribed", "campaign.sent"),
    confidence="medium",
)
