"""Twilio Segment, webhook destinations: HMAC-SHA1 in hex. Of a batch only the first event is signed: it is refused."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="segment",
    title="Twilio Segment",
    docs="https://www.twilio.com/docs/segment/connections/destinations/catalog/actions-webhook",
    scheme=SignatureScheme(signature=Header("X-Signature"), algorithm="hmac-sha1"),
    event_type=(Json("type"), Json("0.type")),
    event_id=(Json("messageId"), Json("0.messageId")),
    marks=(),
    secret_hint="The destination's Settings, Shared Secret: the text that you chose",
    secret_env="SEGMENT_SHARED_SECRET",
    events=("track", "identify", "page", "group", "alias"),
)
