"""Dwolla: the body alone, by the secret that the subscription was made with."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="dwolla",
    title="Dwolla",
    docs="https://developers.dwolla.com/guides/webhooks/process-validate",
    scheme=SignatureScheme(signature=Header("X-Request-Signature-SHA-256")),
    event_type=(Json("topic"), Header("X-Dwolla-Topic")),
    event_id=(Json("id"),),
    marks=("X-Request-Signature-SHA-256",),
    secret_hint="The secret that you gave when you made the webhook subscription",
    secret_env="DWOLLA_WEBHOOK_SECRET",
    events=(
        "transfer_completed",
        "transfer_failed",
        "customer_created",
        "customer_transfer_created",
        "customer_funding_source_removed",
    ),
)
