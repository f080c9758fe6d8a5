"""Onfido: the body alone, under a header that names the hash."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="onfido",
    title="Onfido",
    docs="https://documentation.onfido.com/api/latest/#webhooks",
    scheme=SignatureScheme(signature=Header("X-SHA2-Signature")),
    event_type=(Json("payload.action"),),
    event_id=(
        Joined(Json("payload.action"), Json("payload.object.id"), Json("payload.object.completed_at_iso8601"), by=":"),
        Joined(Json("payload.action"), Json("payload.object.id"), Json("payload.object.started_at_iso8601"), by=":"),
    ),
    marks=("X-SHA2-Signature",),
    secret_hint="Dashboard, Developers, Webhooks, the webhook's token",
    secret_env="ONFIDO_WEBHOOK_SECRET_TOKEN",
    events=("check.completed", "report.completed", "workflow_run.completed", "watchlist_monitor.matches_updated"),
)
