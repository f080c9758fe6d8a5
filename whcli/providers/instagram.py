"""Instagram: comments, mentions and messages, signed with the app's secret as all of Meta's webhooks are."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import META
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="instagram",
    title="Instagram",
    docs="https://developers.facebook.com/docs/instagram-platform/webhooks",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("X-Hub-Signature-256"), prefix="sha256="),
            SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
        )
    ),
    event_type=(Json("entry.0.changes.0.field"), Json("object")),
    event_id=(Json("entry.0.changes.0.value.id"), Json("entry.0.messaging.0.message.mid")),
    marks=(),
    secret_hint="App Dashboard, App settings, Basic: the App secret",
    secret_env="INSTAGRAM_APP_SECRET",
    handshakes=(META,),
    events=("comments", "mentions", "messages", "story_insights"),
)
