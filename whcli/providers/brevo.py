"""Brevo: no signature; a user and password, or a bearer token, that was set for the webhook."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="brevo",
    title="Brevo",
    docs="https://developers.brevo.com/docs/secure-webhook-calls",
    scheme=CredentialScheme(Header("Authorization"), "basic or bearer"),
    event_type=(Json("event"),),
    event_id=(
        Joined(Json("event"), Json("message-id"), Json("ts_epoch"), by=":"),
        Joined(Json("event"), Json("message-id"), Json("ts_event"), by=":"),
    ),
    marks=(),
    secret_hint="the user:password or the token that you set for the webhook",
    secret_env="BREVO_WEBHOOK_AUTH",
    events=("delivered", "opened", "click", "hard_bounce", "unsubscribed"),
    confidence="medium",
)
