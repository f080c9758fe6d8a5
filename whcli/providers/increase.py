"""Increase: Standard Webhooks, but the shared secret is a key as it stands, nothing of it being base64."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="increase",
    title="Increase",
    docs="https://increase.com/documentation/webhooks",
    scheme=standard_webhooks(key="text", new="{hex}"),
    event_type=(Json("category"),),
    event_id=(Header("webhook-id"), Json("id")),
    marks=(),
    secret_hint="The shared_secret of the event subscription",
    secret_env="INCREASE_WEBHOOK_SECRET",
    events=(
        "account.created",
        "account_transfer.created",
        "ach_transfer.updated",
        "card_payment.created",
    ),
)
