"""Standard Webhooks, the common specification of some dozens of senders: v1 by a shared secret, v1a by a key pair."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import AnyOf
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json, Listed

V1 = standard_webhooks()

PROVIDER = Provider(
    name="standard-webhooks",
    title="Standard Webhooks",
    docs="https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
    scheme=AnyOf(
        (
            V1,
            V1._replace(
                signature=Listed("webhook-signature", "v1a"), algorithm="ed25519", new="whsk_{base64}", public="whpk"
            ),
        )
    ),
    event_type=(Json("type"),),
    event_id=(Header("webhook-id"),),
    marks=("webhook-id", "webhook-timestamp", "webhook-signature"),
    secret_hint="The sender's webhook settings: whsec_ and base64, or the public key whpk_ and base64",
    secret_env="WEBHOOK_SECRET",
    events=("user.created", "invoice.paid"),
)
