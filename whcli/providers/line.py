"""LINE: base64 over the body, by the channel's secret. A redelivered event keeps its id."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="line",
    title="LINE",
    docs="https://developers.line.biz/en/docs/messaging-api/verify-webhook-signature/",
    scheme=SignatureScheme(signature=Header("x-line-signature"), encoding="base64", new="{short}"),
    event_type=(Json("events.0.type"),),
    event_id=(Json("events.0.webhookEventId"),),
    marks=("x-line-signature",),
    secret_hint="LINE Developers Console, the channel's Basic settings: Channel secret",
    secret_env="LINE_CHANNEL_SECRET",
    events=("message", "follow", "unfollow", "postback", "join"),
)
