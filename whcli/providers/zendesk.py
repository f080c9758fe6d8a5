"""Zendesk: the time as text, then the body, with nothing between. A webhook by GET or DELETE signs the time alone."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="zendesk",
    title="Zendesk",
    docs="https://developer.zendesk.com/documentation/webhooks/verifying/",
    scheme=SignatureScheme(
        signature=Header("X-Zendesk-Webhook-Signature"),
        timestamp=Header("X-Zendesk-Webhook-Signature-Timestamp"),
        time="iso",
        tolerance=None,
        signed="{timestamp}{body}",
        encoding="base64",
        new="{base64}",
    ),
    event_type=(Json("type"),),
    event_id=(Header("X-Zendesk-Webhook-Invocation-Id"), Json("id")),
    marks=(
        "X-Zendesk-Webhook-Signature",
        "X-Zendesk-Webhook-Signature-Timestamp",
    ),
    secret_hint="Admin Center, Apps and integrations, Webhooks, the webhook's Signing secret",
    secret_env="ZENDESK_WEBHOOK_SECRET",
    events=(
        "zen:event-type:ticket.created",
        "zen:event-type:user.created",
        "zen:event-type:organization.created",
    ),
)
