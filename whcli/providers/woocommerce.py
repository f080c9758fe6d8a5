"""WooCommerce: the body alone, in base64. Saving a webhook calls the URL once with an unsigned form."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header

PROVIDER = Provider(
    name="woocommerce",
    title="WooCommerce",
    docs="https://woocommerce.com/document/webhooks/",
    scheme=SignatureScheme(signature=Header("X-WC-Webhook-Signature"), encoding="base64"),
    event_type=(Header("X-WC-Webhook-Topic"),),
    event_id=(Header("X-WC-Webhook-Delivery-ID"),),
    marks=(
        "X-WC-Webhook-Signature",
        "X-WC-Webhook-Topic",
    ),
    handshakes=(quiet("ping", "POST", (Form("webhook_id"), None)),),
    secret_hint="WooCommerce, Settings, Advanced, Webhooks, the webhook's Secret",
    secret_env="WOOCOMMERCE_WEBHOOK_SECRET",
    events=(
        "order.created",
        "order.updated",
        "product.created",
        "customer.created",
        "coupon.deleted",
    ),
    confidence="medium",
)
