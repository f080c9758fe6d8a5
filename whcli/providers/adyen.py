"""Adyen: standard webhooks are signed within the body, over eight of its fields; newer ones in a header, as a whole."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.joined import Joined
from whcli.signing.reading import Unsignable
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, parse_json

ITEM = "notificationItems.0.NotificationRequestItem"
SIGNED = (
    *("pspReference", "originalReference", "merchantAccountCode", "merchantReference"),
    *("amount.value", "amount.currency", "eventCode", "success"),
)
SLOTS = tuple(Json(f"{ITEM}.{name}") for name in SIGNED)


def _fields(request: Request) -> bytes:
    """The signed fields with colons between, empty where there is none. Raises Unsignable for more than one item."""
    document = parse_json(request.body)
    items = document.get("notificationItems") if isinstance(document, dict) else None
    if not isinstance(items, list) or len(items) != 1:
        raise Unsignable("The body does not hold one notification item, of which alone the signature speaks.")
    return b":".join(b"".join(slot.lines(request)) for slot in SLOTS)


PROVIDER = Provider(
    name="adyen",
    title="Adyen",
    docs="https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("HmacSignature"), encoding="base64", key="hex"),
            SignatureScheme(
                signature=Json(f"{ITEM}.additionalData.hmacSignature"),
                signed="{fields}",
                parts={"fields": _fields},
                encoding="base64",
                key="hex",
                note="Only eight fields are covered: references, account, amount, event code and success.",
            ),
        )
    ),
    event_type=(Json(f"{ITEM}.eventCode"), Json("type")),
    event_id=(
        Joined(Json(f"{ITEM}.eventCode"), Json(f"{ITEM}.pspReference"), Json(f"{ITEM}.success"), by=":"),
        Joined(Json("type"), Json("data.id"), Json("timestamp"), by=":"),
    ),
    marks=("HmacSignature", "Protocol"),
    secret_hint="Customer Area, Developers, Webhooks, the webhook's HMAC key: hex",
    secret_env="ADYEN_HMAC_KEY",
    events=("AUTHORISATION", "CAPTURE", "REFUND", "CANCELLATION", "CHARGEBACK"),
)
