"""Chargebee: a user and password that were set for the webhook."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="chargebee",
    title="Chargebee",
    docs="https://www.chargebee.com/docs/webhook_settings.html",
    scheme=CredentialScheme(Header("Authorization"), "basic"),
    event_type=(Json("event_type"),),
    event_id=(Json("id"),),
    marks=(),
    secret_hint="Settings, Webhooks, the basic authentication user:password",
    secret_env="CHARGEBEE_WEBHOOK_AUTH",
    events=("subscription_created", "payment_succeeded", "invoice_generated"),
    confidence="medium",
)
