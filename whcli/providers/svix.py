"""Svix: Standard Webhooks under its first names, which many of Svix's customers send."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="svix",
    title="Svix",
    docs="https://docs.svix.com/receiving/verifying-payloads/how-manual",
    scheme=standard_webhooks("svix"),
    event_type=(Json("type"), Json("eventType"), Json("event_type")),
    event_id=(Header("svix-id"),),
    marks=("svix-id", "svix-timestamp", "svix-signature"),
    secret_hint="The sender's webhook portal, the endpoint's Signing Secret: whsec_ and base64",
    secret_env="SVIX_WEBHOOK_SECRET",
    events=("user.created", "invoice.paid"),
)
