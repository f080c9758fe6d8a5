"""Qonto: as Stripe for the Business API, the body alone for the Onboarding API."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair

BUSINESS = SignatureScheme(
    signature=Pair("X-Qonto-Signature", "v1"),
    timestamp=Pair("X-Qonto-Signature", "t"),
    signed="{timestamp}.{body}",
    new="whsec_{base64}",
)

PROVIDER = Provider(
    name="qonto",
    title="Qonto",
    docs="https://docs.qonto.com/guides/webhooks/setup",
    scheme=FirstOf((BUSINESS, SignatureScheme(signature=Header("Qonto-SHA256-Signature")))),
    event_type=(Json("event_type"), Json("type")),
    event_id=(Json("id"),),
    marks=("X-Qonto-Signature",),
    secret_hint="The secret in the answer that made the subscription; for onboarding, the one that you gave",
    secret_env="QONTO_WEBHOOK_SECRET",
    other_marks=(("Qonto-SHA256-Signature",),),
    events=("v1/transactions", "v1/accounts", "v1/memberships", "v1/cards", "registrations.pending"),
)
