"""Square: the notification URL, byte for byte as it was registered, and the body."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="square",
    title="Square",
    docs="https://developer.squareup.com/docs/webhooks/step3validate",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("x-square-hmacsha256-signature"), signed="{url}{body}", encoding="base64"),
            SignatureScheme(
                signature=Header("x-square-signature"), signed="{url}{body}", encoding="base64", algorithm="hmac-sha1"
            ),
        )
    ),
    event_type=(Json("type"),),
    event_id=(Json("event_id"),),
    marks=("x-square-hmacsha256-signature",),
    secret_hint="Developer Console, your app, Webhooks, the subscription's Signature Key",
    secret_env="SQUARE_SIGNATURE_KEY",
    events=("payment.created", "payment.updated", "order.created", "refund.updated", "webhooks.test_notification"),
    other_marks=(("x-square-signature",),),
)
