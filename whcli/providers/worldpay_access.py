"""Worldpay Access: each signature names its key and hash, `1/SHA256/…`, with commas between."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import Param
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Items, Json

PROVIDER = Provider(
    name="worldpay-access",
    title="Worldpay Access",
    docs="https://developer.worldpay.com/products/access/events/signature",
    scheme=SignatureScheme(
        signature=Items("Event-Signature"),
        prefix="{param:key_id}/SHA256/",
        params=(
            Param(
                "key_id",
                "Which of the keys the secret is: what stands first in the Event-Signature header.",
                default="1",
            ),
        ),
    ),
    event_type=(Json("eventDetails.type"),),
    event_id=(Json("eventId"),),
    marks=("Event-Signature",),
    secret_hint="From your implementation manager",
    secret_env="WORLDPAY_EVENT_SECRET",
    events=("sentForAuthorization", "authorized", "refused", "cancelled", "expired"),
    confidence="medium",
)
