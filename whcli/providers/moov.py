"""Moov: three headers are signed, and the body is not."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="moov",
    title="Moov",
    docs="https://docs.moov.io/guides/webhooks/check-webhook-signatures/",
    scheme=SignatureScheme(
        signature=Header("X-Signature"),
        signed="{header:X-Timestamp}|{header:X-Nonce}|{header:X-Webhook-ID}",
        algorithm="hmac-sha512",
        note="The body is not covered: only three headers are.",
    ),
    event_type=(Json("type"),),
    event_id=(Json("eventID"),),
    marks=("X-Signature", "X-Nonce", "X-Webhook-ID"),
    secret_hint="Moov Dashboard, Developers, Webhooks, the webhook's signing secret",
    secret_env="MOOV_WEBHOOK_SECRET",
    events=("account.created", "transfer.updated", "event.test"),
)
