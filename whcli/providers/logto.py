"""Logto: the body alone."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="logto",
    title="Logto",
    docs="https://docs.logto.io/developers/webhooks/secure-webhooks",
    scheme=SignatureScheme(signature=Header("logto-signature-sha-256")),
    event_type=(Json("event"),),
    event_id=(Joined(Json("event"), Json("hookId"), Json("createdAt"), by=":"),),
    marks=("logto-signature-sha-256",),
    secret_hint="Console, Webhooks, the webhook's signing key",
    secret_env="LOGTO_WEBHOOK_SIGNING_KEY",
    events=("PostRegister", "PostSignIn", "PostResetPassword", "User.Created", "User.Data.Updated"),
)
