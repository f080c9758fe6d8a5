"""Resend: sent through Svix."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="resend",
    title="Resend",
    docs="https://resend.com/docs/webhooks/verify-webhooks-requests",
    scheme=standard_webhooks("svix"),
    event_type=(Json("type"),),
    event_id=(Header("svix-id"),),
    marks=(),
    secret_hint="Webhooks, the webhook's Signing Secret: whsec_ and base64",
    secret_env="RESEND_WEBHOOK_SECRET",
    events=("email.sent", "email.delivered", "email.bounced", "email.opened", "email.complained", "contact.created"),
)
