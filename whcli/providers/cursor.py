"""Cursor's cloud agents: a common header, so the provider has to be named."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="cursor",
    title="Cursor",
    docs="https://cursor.com/docs/cloud-agent/api/webhooks",
    scheme=SignatureScheme(signature=Header("X-Webhook-Signature"), prefix="sha256="),
    event_type=(Header("X-Webhook-Event"), Json("event")),
    event_id=(Joined(Json("id"), Json("status"), Json("timestamp"), by=":"), Header("X-Webhook-ID")),
    marks=(),
    secret_hint="The secret of at least 32 characters that you gave when the agent was made",
    secret_env="CURSOR_WEBHOOK_SECRET",
    events=("statusChange",),
)
