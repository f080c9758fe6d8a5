"""Shippo: as Stripe, for those who asked for HMAC."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="shippo",
    title="Shippo",
    docs="https://docs.goshippo.com/tracking/webhook-security",
    scheme=SignatureScheme(
        signature=Pair("Shippo-Auth-Signature", "v1"),
        timestamp=Pair("Shippo-Auth-Signature", "t"),
        signed="{timestamp}.{body}",
    ),
    event_type=(Json("event"),),
    event_id=(Joined(Json("event"), Json("data.object_id"), Json("data.object_updated"), by=":"),),
    marks=("Shippo-Auth-Signature",),
    secret_hint="From Shippo's support, who turn HMAC on for the account",
    secret_env="SHIPPO_WEBHOOK_SECRET",
    events=("track_updated", "transaction_created", "transaction_updated", "batch_purchased"),
    confidence="medium",
)
