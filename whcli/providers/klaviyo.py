"""Klaviyo: the body first, then the time, an HTTP date."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="klaviyo",
    title="Klaviyo",
    docs="https://developers.klaviyo.com/en/docs/system-webhooks",
    scheme=SignatureScheme(
        signature=Header("Klaviyo-Signature"),
        timestamp=Header("Klaviyo-Timestamp"),
        time="http date",
        signed="{body}{timestamp}",
    ),
    event_type=(Json("data.0.topic"),),
    event_id=(Json("data.0.external_id"),),
    marks=("Klaviyo-Signature", "Klaviyo-Timestamp"),
    secret_hint="The secret key of at least 16 characters that you chose for the webhook",
    secret_env="KLAVIYO_WEBHOOK_SECRET",
    events=("event:klaviyo.opened_email", "event:klaviyo.email_delivered", "event:klaviyo.sent_sms"),
    confidence="medium",
)
