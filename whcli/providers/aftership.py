"""AfterShip: one signature under three headers: Tracking's, that of Returns and Warranty, and Shipping's."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

BODY = SignatureScheme(signature=Header("aftership-hmac-sha256"), encoding="base64")
SHIPPING = BODY._replace(signature=Header("am-webhook-signature"), prefix="hmac-sha256=")
"""Shipping's, and that of organizations whose Returns are older than October 2022."""

PROVIDER = Provider(
    name="aftership",
    title="AfterShip",
    docs="https://www.aftership.com/docs/tracking/webhook/webhook-signature",
    scheme=FirstOf((BODY, BODY._replace(signature=Header("as-signature-hmac-sha256")), SHIPPING)),
    event_type=(Json("event"),),
    event_id=(Json("event_id"),),
    marks=("aftership-hmac-sha256",),
    secret_hint="Settings, Webhooks: the webhook secret",
    secret_env="AFTERSHIP_WEBHOOK_SECRET",
    other_marks=(("as-signature-hmac-sha256",), ("am-webhook-signature",)),
    events=("tracking_update", "edd_revise", "tracking_pending_time"),
)
