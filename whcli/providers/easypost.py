"""EasyPost: the body alone; the secret is normalised to NFKD before it is a key."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="easypost",
    title="EasyPost",
    docs="https://docs.easypost.com/guides/webhooks-guide",
    scheme=SignatureScheme(signature=Header("X-Hmac-Signature"), prefix="hmac-sha256-hex=", key="NFKD"),
    event_type=(Json("description"),),
    event_id=(Json("id"),),
    marks=("X-Hmac-Signature",),
    secret_hint="The webhook_secret that you gave when you made the webhook",
    secret_env="EASYPOST_WEBHOOK_SECRET",
    events=("tracker.updated", "batch.created", "shipment.invoice.updated"),
)
