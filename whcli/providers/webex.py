"""Webex: HMAC-SHA1 in hex, under the name that it had as Cisco Spark."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

WHAT = (Json("resource"), Json("event"))

PROVIDER = Provider(
    name="webex",
    title="Webex",
    docs="https://developer.webex.com/docs/receive-and-verify-webhooks",
    scheme=SignatureScheme(signature=Header("X-Spark-Signature"), algorithm="hmac-sha1"),
    event_type=(Joined(*WHAT),),
    event_id=(Joined(*WHAT, Json("data.id"), Json("data.updated"), by=":"), Joined(*WHAT, Json("data.id"), by=":")),
    marks=("X-Spark-Signature",),
    secret_hint="The secret that you gave when the webhook was made",
    secret_env="WEBEX_WEBHOOK_SECRET",
    events=("messages.created", "messages.deleted", "memberships.created", "rooms.updated", "meetings.started"),
    confidence="medium",
)
