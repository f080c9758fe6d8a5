"""Brex: Standard Webhooks; secrets are base64 without a prefix."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="brex",
    title="Brex",
    docs="https://developer.brex.com/docs/webhooks",
    scheme=standard_webhooks(new="{base64}"),
    event_type=(Json("event_type"),),
    event_id=(Header("Webhook-Id"),),
    marks=(),
    secret_hint="GET /v1/webhooks/secrets of the Webhooks API",
    secret_env="BREX_WEBHOOK_SECRET",
    events=(
        "TRANSFER_PROCESSED",
        "TRANSFER_FAILED",
        "REFERRAL_CREATED",
        "REFERRAL_ACTIVATED",
        "USER_UPDATED",
    ),
    confidence="medium",
)
