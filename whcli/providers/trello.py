"""Trello: the body first, then the callback URL as it was given when the webhook was made."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="trello",
    title="Trello",
    docs="https://developer.atlassian.com/cloud/trello/guides/rest-api/webhooks/",
    scheme=SignatureScheme(
        signature=Header("x-trello-webhook"), signed="{body}{url}", algorithm="hmac-sha1", encoding="base64"
    ),
    event_type=(Json("action.type"),),
    event_id=(Json("action.id"),),
    marks=("x-trello-webhook",),
    handshakes=(quiet("check", "HEAD"),),
    secret_hint="trello.com/power-ups/admin, your Power-Up, API Key: Secret",
    secret_env="TRELLO_API_SECRET",
    events=("createCard", "updateCard", "commentCard", "addMemberToCard"),
)
