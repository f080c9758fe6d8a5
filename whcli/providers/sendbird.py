"""Sendbird: the body, keyed with the master API token and no other."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="sendbird",
    title="Sendbird",
    docs="https://sendbird.com/docs/chat/platform-api/v3/webhook/webhook-overview",
    scheme=SignatureScheme(signature=Header("x-sendbird-signature")),
    event_type=(Json("category"),),
    event_id=(),
    marks=("x-sendbird-signature",),
    secret_hint="Dashboard, Settings, Application, General: the master API token",
    secret_env="SENDBIRD_API_TOKEN",
    events=("group_channel:message_send", "group_channel:create", "group_channel:join", "user:block"),
    confidence="medium",
)
