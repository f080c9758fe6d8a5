"""Liveblocks: Standard Webhooks."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="liveblocks",
    title="Liveblocks",
    docs="https://liveblocks.io/docs/platform/webhooks",
    scheme=standard_webhooks(),
    event_type=(Json("type"),),
    event_id=(Header("webhook-id"),),
    marks=(),
    secret_hint="Dashboard, the project, Webhooks, the endpoint's signing secret: whsec_…",
    secret_env="LIVEBLOCKS_WEBHOOK_SECRET",
    events=("storageUpdated", "userEntered", "threadCreated", "commentCreated", "notification"),
)
