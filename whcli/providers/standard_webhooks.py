"""Standard Webhooks, the common specification of some dozens of senders (v1, symmetric)."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Listed

PROVIDER = Provider(
    name="standard-webhooks",
    title="Standard Webhooks",
    docs="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    scheme=SignatureScheme(
        signature=Listed("webhook-signature", "v1"),
        timestamp=Header("webhook-timestamp"),
        id=Header("webhook-id"),
        signed="{id}.{timestamp}.{body}",
        encoding="base64",
        key="whsec",
        new="whsec_{base64}",
    ),
    event_type=(Json("type"),),
    event_id=(Header("webhook-id"),),
    marks=("webhook-id", "webhook-timestamp", "webhook-signature"),
    secret_hint="The sender's webhook settings: whsec_ and base64",
    secret_env="WEBHOOK_SECRET",
)
