"""BigCommerce: Standard Webhooks, but for the key: the app's client secret as it is."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="bigcommerce",
    title="BigCommerce",
    docs="https://developer.bigcommerce.com/docs/integrations/webhooks",
    scheme=standard_webhooks(key="text", new="{hex}"),
    event_type=(Json("scope"),),
    event_id=(Header("webhook-id"), Json("hash")),
    marks=(),
    secret_hint="Developer Portal, the app, View Client ID: the client secret of the app that made the webhook",
    secret_env="BIGCOMMERCE_CLIENT_SECRET",
    events=("store/order/created", "store/product/updated", "store/cart/converted", "store/app/uninstalled"),
)
