"""Lemon Squeezy: the body alone. No id is sent: an event is its name, its object and when that changed."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="lemonsqueezy",
    title="Lemon Squeezy",
    docs="https://docs.lemonsqueezy.com/help/webhooks/signing-requests",
    scheme=SignatureScheme(signature=Header("X-Signature"), new="{short}"),
    event_type=(Header("X-Event-Name"), Json("meta.event_name")),
    event_id=(Joined(Json("meta.event_name"), Json("data.id"), Json("data.attributes.updated_at"), by=":"),),
    marks=(
        "X-Signature",
        "X-Event-Name",
    ),
    secret_hint="Settings, Webhooks, the webhook's Signing secret: 6 to 40 characters",
    secret_env="LEMONSQUEEZY_WEBHOOK_SECRET",
    events=(
        "order_created",
        "subscription_created",
        "subscription_updated",
        "subscription_payment_success",
        "license_key_created",
    ),
)
