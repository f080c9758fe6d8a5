"""WooCommerce: the body alone, in base64. Saving a webhook calls the URL once with an unsigned form."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header


class Ping(Form):
    """A field of a form that a request is made into."""

    def put(self, request: Request, value: bytes) -> Request:
        """The field said in a form."""
        headers = request.headers.put(b"Content-Type", b"application/x-www-form-urlencoded")
        return super().put(request._replace(headers=headers), value)


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
    handshakes=(quiet("ping", "POST", (Ping("webhook_id"), None)),),
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
