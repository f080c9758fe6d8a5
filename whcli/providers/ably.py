"""Ably: the key is what follows the colon of the API key whose name is in a header."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="ably",
    title="Ably",
    docs="https://ably.com/docs/platform/integrations/webhooks",
    scheme=SignatureScheme(
        signature=Header("X-Ably-Signature"), encoding="base64", key="after colon", new="{short}:{hex}"
    ),
    event_type=(Json("items.0.name"), Json("source"), Json("items.0.source")),
    event_id=(Json("items.0.data.id"), Json("items.0.webhookId")),
    marks=("X-Ably-Signature",),
    secret_hint="Dashboard, your app, API Keys, the whole key NAME:SECRET that the rule names",
    secret_env="ABLY_API_KEY",
    events=("channel.message", "channel.presence", "channel.lifecycle", "channel.occupancy"),
)
