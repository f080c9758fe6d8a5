"""Coinbase Developer Platform: Hook0's header of pairs; v0 covers time and body."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="coinbase-cdp",
    title="Coinbase Developer Platform",
    docs="https://docs.cdp.coinbase.com/webhooks/verify-signatures",
    scheme=SignatureScheme(
        signature=Pair("X-Hook0-Signature", "v0"), timestamp=Pair("X-Hook0-Signature", "t"), signed="{timestamp}.{body}"
    ),
    event_type=(Json("eventType"), Json("event_type")),
    event_id=(Json("eventId"), Json("id")),
    marks=("X-Hook0-Signature",),
    secret_hint="CDP Portal, Webhooks, the subscription's secret",
    secret_env="COINBASE_CDP_WEBHOOK_SECRET",
    events=("onchain.activity.detected",),
    confidence="medium",
)
