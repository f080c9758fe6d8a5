"""Squarespace: the body alone, by a key in hex."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="squarespace",
    title="Squarespace",
    docs="https://developers.squarespace.com/commerce-apis/webhook-subscriptions-overview",
    scheme=SignatureScheme(signature=Header("Squarespace-Signature"), key="hex"),
    event_type=(Json("topic"),),
    event_id=(Json("id"),),
    marks=("Squarespace-Signature",),
    secret_hint="The secret of the answer that made the subscription: hex",
    secret_env="SQUARESPACE_WEBHOOK_SECRET",
    events=("order.create", "order.update", "extension.uninstall"),
    confidence="medium",
)
