"""Checkr: hex over the body, by an API key of the account."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="checkr",
    title="Checkr",
    docs="https://docs.checkr.com/apis/webhooks",
    scheme=SignatureScheme(signature=Header("X-Checkr-Signature")),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("X-Checkr-Signature",),
    secret_hint="Dashboard, Account Settings, Developer Settings: the secret API key",
    secret_env="CHECKR_API_KEY",
    events=("report.created", "report.completed", "report.suspended", "invitation.completed", "candidate.created"),
    confidence="medium",
)
