"""Pipedrive: a user and password that were set for the webhook."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="pipedrive",
    title="Pipedrive",
    docs="https://pipedrive.readme.io/docs/guide-for-webhooks",
    scheme=CredentialScheme(Header("Authorization"), "basic"),
    event_type=(Joined(Json("meta.action"), Json("meta.entity")), Json("event")),
    event_id=(Joined(Json("meta.entity"), Json("meta.id"), by=":"),),
    marks=(),
    secret_hint="the HTTP auth user:password of the webhook",
    secret_env="PIPEDRIVE_WEBHOOK_AUTH",
    events=("create.deal", "change.person", "delete.activity", "added.deal"),
    confidence="medium",
)
