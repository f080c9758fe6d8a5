"""Render: Standard Webhooks."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="render",
    title="Render",
    docs="https://render.com/docs/webhooks",
    scheme=standard_webhooks(),
    event_type=(Json("type"),),
    event_id=(Header("webhook-id"), Json("data.id")),
    marks=(),
    secret_hint="Integrations, Webhooks, the webhook's Signing Secret: whsec_ and base64",
    secret_env="RENDER_WEBHOOK_SECRET",
    events=("deploy_started", "deploy_ended", "build_ended", "server_failed", "service_suspended"),
    confidence="medium",
)
