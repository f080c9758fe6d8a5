"""Mux: as Stripe, under a header of its own."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="mux",
    title="Mux",
    docs="https://www.mux.com/docs/core/verify-webhook-signatures",
    scheme=SignatureScheme(
        signature=Pair("Mux-Signature", "v1"),
        timestamp=Pair("Mux-Signature", "t"),
        signed="{timestamp}.{body}",
        new="{short}",
    ),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("Mux-Signature",),
    secret_hint="Dashboard, Settings, Webhooks, the endpoint's signing secret",
    secret_env="MUX_WEBHOOK_SECRET",
    events=("video.asset.created", "video.asset.ready", "video.upload.asset_created", "video.live_stream.active"),
)
