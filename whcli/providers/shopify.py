"""Shopify: base64 of the body's HMAC; newer deliveries have the same headers without their X-."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="shopify",
    title="Shopify",
    docs="https://shopify.dev/docs/apps/build/webhooks/verify-deliveries",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("X-Shopify-Hmac-Sha256"), encoding="base64", new="shpss_{short}"),
            SignatureScheme(signature=Header("shopify-hmac-sha256"), encoding="base64"),
        )
    ),
    event_type=(Header("X-Shopify-Topic"), Header("shopify-topic")),
    event_id=(Header("X-Shopify-Webhook-Id"), Header("shopify-webhook-id")),
    marks=("X-Shopify-Topic", "X-Shopify-Webhook-Id"),
    other_marks=(("shopify-topic", "shopify-webhook-id"),),
    secret_hint="Dev Dashboard, your app, Settings, Client secret; hooks of the admin: Settings, Notifications",
    secret_env="SHOPIFY_API_SECRET",
)
