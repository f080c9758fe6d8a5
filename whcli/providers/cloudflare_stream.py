"""Cloudflare Stream: as Stripe, with other names for the keys."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="cloudflare-stream",
    title="Cloudflare Stream",
    docs="https://developers.cloudflare.com/stream/webhooks/",
    scheme=SignatureScheme(
        signature=Pair("Webhook-Signature", "sig1"),
        timestamp=Pair("Webhook-Signature", "time"),
        signed="{timestamp}.{body}",
        new="{short}",
    ),
    event_type=(Json("status.state"),),
    event_id=(Joined(Json("uid"), Json("status.state"), by=":"),),
    marks=(),
    secret_hint="The secret in the answer to PUT or GET /accounts/ID/stream/webhook",
    secret_env="CLOUDFLARE_STREAM_WEBHOOK_SECRET",
    events=("ready", "error"),
    confidence="medium",
)
