"""Polar: Standard Webhooks by the secret's text, or, as its library also tries, by the base64 that it spells."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import AnyOf
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="polar",
    title="Polar",
    docs="https://polar.sh/docs/integrate/webhooks/delivery",
    scheme=AnyOf((standard_webhooks(key="text", new="polar_whs_{base64}"), standard_webhooks())),
    event_type=(Json("type"),),
    event_id=(Header("webhook-id"),),
    marks=(),
    secret_hint="Organization settings, Webhooks, the endpoint's Secret",
    secret_env="POLAR_WEBHOOK_SECRET",
    events=(
        "order.created",
        "order.paid",
        "subscription.active",
        "subscription.canceled",
        "checkout.updated",
    ),
)
