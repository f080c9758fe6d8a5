"""Stream (getstream.io): the body, keyed with the API secret; signed before it is compressed, where that is on."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.gzipped import or_gzipped
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="stream",
    title="Stream",
    docs="https://getstream.io/chat/docs/node/webhooks_overview/",
    scheme=or_gzipped(SignatureScheme(signature=Header("X-Signature"))),
    event_type=(Json("type"),),
    event_id=(Header("X-Webhook-Id"),),
    marks=("X-Signature", "X-Api-Key", "X-Webhook-Attempt"),
    secret_hint="Dashboard, the app, the API secret that belongs to the key in X-Api-Key",
    secret_env="STREAM_API_SECRET",
    events=("message.new", "message.updated", "channel.created", "user.banned", "call.ended"),
)
