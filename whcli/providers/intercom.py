"""Intercom: SHA-1 over the body, by the app's client secret. Saving the URL calls it once with HEAD."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="intercom",
    title="Intercom",
    docs="https://developers.intercom.com/docs/webhooks/webhook-notifications",
    scheme=SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
    event_type=(Json("topic"),),
    event_id=(Json("id"),),
    marks=(),
    handshakes=(quiet("url", "HEAD"),),
    secret_hint="Developer Hub, your app, Basic information, Client secret",
    secret_env="INTERCOM_CLIENT_SECRET",
    events=(
        "conversation.user.created",
        "conversation.admin.replied",
        "contact.created",
        "ticket.created",
        "ping",
    ),
)
