"""Replicate: Standard Webhooks; what happened is the prediction's status."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="replicate",
    title="Replicate",
    docs="https://replicate.com/docs/topics/webhooks/verify-webhook",
    scheme=standard_webhooks(),
    event_type=(Json("status"),),
    event_id=(Header("webhook-id"),),
    marks=(),
    secret_hint="GET https://api.replicate.com/v1/webhooks/default/secret: whsec_…",
    secret_env="REPLICATE_WEBHOOK_SIGNING_SECRET",
    events=("starting", "processing", "succeeded", "failed", "canceled"),
)
