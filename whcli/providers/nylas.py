"""Nylas: version 3 of its API."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import echo
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Query

PROVIDER = Provider(
    name="nylas",
    title="Nylas",
    docs="https://developer.nylas.com/docs/v3/notifications/",
    scheme=SignatureScheme(signature=Header("x-nylas-signature")),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("x-nylas-signature",),
    secret_hint="the webhook_secret that the API gave when the webhook was made",
    secret_env="NYLAS_WEBHOOK_SECRET",
    handshakes=(echo(Query("challenge")),),
    events=("message.created", "event.updated", "grant.expired"),
    confidence="medium",
)
