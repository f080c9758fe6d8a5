"""Revolut: Merchant, Business and Crypto Ramp sign alike, in milliseconds, once for each secret in use."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Items, Json

PROVIDER = Provider(
    name="revolut",
    title="Revolut",
    docs="https://developer.revolut.com/docs/guides/manage-accounts/webhooks/verify-the-payload-signature",
    scheme=SignatureScheme(
        signature=Items("Revolut-Signature"),
        prefix="v1=",
        timestamp=Header("Revolut-Request-Timestamp"),
        time="ms",
        signed="v1.{timestamp}.{body}",
        new="wsk_{short}",
    ),
    event_type=(Json("event"),),
    event_id=(Joined(Json("event"), Json("data.id"), Json("timestamp"), by=":"),),
    marks=(
        "Revolut-Signature",
        "Revolut-Request-Timestamp",
    ),
    secret_hint="The signing_secret of the answer that made the webhook: wsk_…",
    secret_env="REVOLUT_SIGNING_SECRET",
    events=(
        "ORDER_COMPLETED",
        "ORDER_AUTHORISED",
        "ORDER_PAYMENT_DECLINED",
        "TransactionCreated",
        "TransactionStateChanged",
    ),
)
