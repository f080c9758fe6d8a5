"""Xendit: one token for all callbacks of an account."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="xendit",
    title="Xendit",
    docs="https://docs.xendit.co/docs/webhooks",
    scheme=CredentialScheme(Header("x-callback-token")),
    event_type=(Json("event"), Json("status")),
    event_id=(Header("webhook-id"), Joined(Json("id"), Json("status"), by=":")),
    marks=("x-callback-token",),
    secret_hint="Dashboard, Settings, Webhooks, the webhook verification token",
    secret_env="XENDIT_CALLBACK_TOKEN",
    events=("payment.succeeded", "payment.failed", "invoice.paid"),
)
