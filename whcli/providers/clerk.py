"""Clerk: sent by Svix, under Svix's headers."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="clerk",
    title="Clerk",
    docs="https://clerk.com/docs/webhooks/sync-data",
    scheme=standard_webhooks("svix"),
    event_type=(Json("type"),),
    event_id=(Header("svix-id"),),
    marks=(),
    secret_hint="Dashboard, Configure, Webhooks, the endpoint's Signing Secret: whsec_ and base64",
    secret_env="CLERK_WEBHOOK_SIGNING_SECRET",
    events=(
        "user.created",
        "user.updated",
        "user.deleted",
        "session.created",
        "organization.created",
    ),
)
