"""Coinbase Commerce: the body alone. An attempt has an id of its own; the event's is inside."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="coinbase-commerce",
    title="Coinbase Commerce",
    docs="https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security",
    scheme=SignatureScheme(signature=Header("X-CC-Webhook-Signature")),
    event_type=(Json("event.type"),),
    event_id=(Json("event.id"),),
    marks=("X-CC-Webhook-Signature",),
    secret_hint="Settings, Notifications, Webhook shared secret",
    secret_env="COINBASE_COMMERCE_WEBHOOK_SECRET",
    events=(
        "charge:created",
        "charge:confirmed",
        "charge:failed",
        "charge:pending",
    ),
)
