"""Mailjet: no signature; a user and password within the callback URL."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="mailjet",
    title="Mailjet",
    docs="https://dev.mailjet.com/email/guides/webhooks/",
    scheme=CredentialScheme(Header("Authorization"), "basic"),
    event_type=(Json("event"), Json("0.event")),
    event_id=(
        Joined(Json("event"), Json("MessageID"), Json("time"), by=":"),
        Joined(Json("0.event"), Json("0.MessageID"), Json("0.time"), by=":"),
    ),
    marks=(),
    secret_hint="the user:password that you wrote in the callback URL",
    secret_env="MAILJET_WEBHOOK_AUTH",
    events=("sent", "open", "click", "bounce", "spam", "unsub"),
    confidence="medium",
)
