"""Primer: the body, and a second header for a day after the secret is rotated."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Json

PROVIDER = Provider(
    name="primer",
    title="Primer",
    docs="https://primer.io/docs/api-reference/get-started/configure-webhooks",
    scheme=SignatureScheme(signature=AnyHeader("X-Signature-Primary", "X-Signature-Secondary"), encoding="base64"),
    event_type=(Json("eventType"),),
    event_id=(
        Joined(Json("eventType"), Json("payment.id"), Json("payment.dateUpdated"), by=":"),
        Joined(Json("eventType"), Json("processorDisputeId"), by=":"),
    ),
    marks=("X-Signature-Primary",),
    secret_hint="Dashboard, Developers, Webhooks: the signing secret",
    secret_env="PRIMER_WEBHOOK_SECRET",
    events=("PAYMENT.STATUS", "PAYMENT.REFUND", "DISPUTE.OPENED"),
    confidence="medium",
)
