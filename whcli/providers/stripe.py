"""Stripe: a header of pairs, several v1 while a secret is being rolled. The whole `whsec_…` is the key, as text."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="stripe",
    title="Stripe",
    docs="https://docs.stripe.com/webhooks/signature",
    scheme=SignatureScheme(
        signature=Pair("Stripe-Signature", "v1"),
        timestamp=Pair("Stripe-Signature", "t"),
        signed="{timestamp}.{body}",
        new="whsec_{hex}",
    ),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("Stripe-Signature",),
    secret_hint="Dashboard, Workbench, Webhooks, the endpoint's signing secret: whsec_…",
    secret_env="STRIPE_WEBHOOK_SECRET",
)
