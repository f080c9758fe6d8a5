"""Fourthwall: the body; webhooks of an app have a header and a key of their own."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Json

PROVIDER = Provider(
    name="fourthwall",
    title="Fourthwall",
    docs="https://docs.fourthwall.com/webhooks/signature-verification",
    scheme=SignatureScheme(
        signature=AnyHeader("X-Fourthwall-Hmac-SHA256", "X-Fourthwall-Hmac-Apps-SHA256"),
        encoding="base64",
    ),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("X-Fourthwall-Hmac-SHA256",),
    secret_hint="Settings, For developers, Webhooks: the secret; for an app, the HMAC key in its settings",
    secret_env="FOURTHWALL_WEBHOOK_SECRET",
    other_marks=(("X-Fourthwall-Hmac-Apps-SHA256",),),
    events=("ORDER_PLACED", "ORDER_UPDATED", "DONATION", "SUBSCRIPTION_PURCHASED", "PRODUCT_CREATED"),
)
