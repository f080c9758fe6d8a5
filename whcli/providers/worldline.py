"""Worldline Connect: the secret of the key that a header names."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import echo
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="worldline",
    title="Worldline Connect",
    docs="https://docs.connect.worldline-solutions.com/documentation/webhooks/",
    scheme=SignatureScheme(signature=Header("X-GCS-Signature"), encoding="base64"),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("X-GCS-Signature", "X-GCS-KeyId"),
    secret_hint="Configuration Center, Webhooks: the secret key of the key id",
    secret_env="WORLDLINE_WEBHOOK_SECRET",
    handshakes=(echo(Header("X-GCS-Webhooks-Endpoint-Verification"), name="endpoint-verification"),),
    events=("payment.paid", "payment.created", "refund.refund_requested"),
)
