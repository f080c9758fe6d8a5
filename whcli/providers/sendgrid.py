"""SendGrid's Event Webhook: ECDSA over timestamp and body, which is a list and ends with a CR LF that is signed."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

SIGNATURE = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP = "X-Twilio-Email-Event-Webhook-Timestamp"

PROVIDER = Provider(
    name="sendgrid",
    title="SendGrid",
    docs="https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook-security-features",
    scheme=SignatureScheme(
        algorithm="ecdsa-p256-sha256",
        encoding="base64",
        signature=Header(SIGNATURE),
        timestamp=Header(TIMESTAMP),
        tolerance=None,  # its libraries set no bound, and an event that is tried again for a day may keep its time
        signed="{timestamp}{body}",
    ),
    event_type=(Json("0.event"),),
    event_id=(Json("0.sg_event_id"),),
    marks=(SIGNATURE, TIMESTAMP),
    secret_hint="Settings, Mail Settings, Event Webhooks, the webhook's Verification Key: base64",
    secret_env="SENDGRID_WEBHOOK_PUBLIC_KEY",
)
