"""WhatsApp Cloud API: messages and their states, signed with the app's secret as all of Meta's webhooks are."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import META
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="whatsapp",
    title="WhatsApp Cloud API",
    docs="https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("X-Hub-Signature-256"), prefix="sha256="),
            SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
        )
    ),
    event_type=(Json("entry.0.changes.0.field"),),
    event_id=(Json("entry.0.changes.0.value.messages.0.id"),),
    marks=(),
    secret_hint="App Dashboard, App settings, Basic: the App secret",
    secret_env="WHATSAPP_APP_SECRET",
    handshakes=(META,),
    events=("messages", "message_template_status_update", "account_update"),
)
