"""Authorize.Net: SHA-512 in upper-case hex. The Signature Key looks like hex, and is used as text."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="authorize-net",
    title="Authorize.Net",
    docs="https://developer.authorize.net/api/reference/features/webhooks.html",
    scheme=SignatureScheme(
        signature=Header("X-ANET-Signature"), algorithm="hmac-sha512", prefix="sha512=", encoding="HEX"
    ),
    event_type=(Json("eventType"),),
    event_id=(Json("notificationId"),),
    marks=("X-ANET-Signature",),
    secret_hint="Merchant Interface, Account, Settings, API Credentials & Keys: the Signature Key",
    secret_env="AUTHORIZE_NET_SIGNATURE_KEY",
    events=(
        "net.authorize.payment.authcapture.created",
        "net.authorize.payment.refund.created",
        "net.authorize.customer.created",
        "net.authorize.customer.subscription.created",
    ),
    confidence="medium",
)
