"""Cashfree: the time and the body with nothing between, whatever one page of its documents prints."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="cashfree",
    title="Cashfree",
    docs="https://www.cashfree.com/docs/payments/online/webhooks/signature-verification",
    scheme=SignatureScheme(
        signature=Header("x-webhook-signature"),
        timestamp=Header("x-webhook-timestamp"),
        time="s or ms",
        tolerance=None,
        signed="{timestamp}{body}",
        encoding="base64",
    ),
    event_type=(Json("type"),),
    event_id=(
        Header("x-idempotency-key"),
        Joined(Json("type"), Json("data.payment.cf_payment_id"), by=":"),
        Joined(Json("type"), Json("data.refund.cf_refund_id"), by=":"),
    ),
    marks=(
        "x-webhook-signature",
        "x-webhook-timestamp",
        "x-webhook-version",
    ),
    secret_hint="Merchant Dashboard, Developers, API Keys: the client secret",
    secret_env="CASHFREE_CLIENT_SECRET",
    events=(
        "PAYMENT_SUCCESS_WEBHOOK",
        "PAYMENT_FAILED_WEBHOOK",
        "PAYMENT_USER_DROPPED_WEBHOOK",
        "REFUND_STATUS_WEBHOOK",
    ),
)
