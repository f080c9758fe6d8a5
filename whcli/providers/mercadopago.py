"""Mercado Pago: a manifest of the resource's id, the request's id and the time; what is absent is left out."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair, Query

LABELLED = ((b"id", Query("data.id")), (b"request-id", Header("x-request-id")))


def _ids(request: Request) -> bytes:
    """`id:…;request-id:…;`, of those that the request has."""
    found = ((label, slot.lines(request)) for label, slot in LABELLED)
    return b"".join(label + b":" + lines[0] + b";" for label, lines in found if lines)


PROVIDER = Provider(
    name="mercadopago",
    title="Mercado Pago",
    docs="https://www.mercadopago.com/developers/en/docs/your-integrations/notifications/webhooks",
    scheme=SignatureScheme(
        signature=Pair("x-signature", "v1"),
        timestamp=Pair("x-signature", "ts"),
        time="s or ms",
        tolerance=None,
        signed="{ids}ts:{timestamp};",
        parts={"ids": _ids},
        note="The body is not covered: ask the API for the resource by its id.",
    ),
    event_type=(Json("action"), Json("type"), Query("type")),
    event_id=(Json("id"), Header("x-request-id")),
    marks=("x-signature", "x-request-id"),
    secret_hint="Your integrations, your application, Webhooks: the secret signature",
    secret_env="MERCADOPAGO_WEBHOOK_SECRET",
    events=("payment.created", "payment.updated", "order", "subscription_preapproval", "stop_delivery_op_wh"),
)
