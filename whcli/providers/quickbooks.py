"""QuickBooks Online: the body, keyed with the app's verifier token; CloudEvents now, another form before 2026."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

FIRST = "eventNotifications.0.dataChangeEvent.entities.0"
"""What changed first, in the older form."""

PROVIDER = Provider(
    name="quickbooks",
    title="Intuit QuickBooks Online",
    docs="https://developer.intuit.com/app/developer/qbo/docs/develop/webhooks",
    scheme=SignatureScheme(signature=Header("intuit-signature"), encoding="base64"),
    event_type=(Json("0.type"), Joined(Json(f"{FIRST}.name"), Json(f"{FIRST}.operation"))),
    event_id=(
        Json("0.id"),
        Joined(*(Json(f"{FIRST}.{name}") for name in ("name", "id", "operation", "lastUpdated")), by=":"),
    ),
    marks=("intuit-signature",),
    secret_hint="Developer portal, the app, Webhooks: the verifier token",
    secret_env="QUICKBOOKS_VERIFIER_TOKEN",
    events=("qbo.customer.created.v1", "qbo.invoice.updated.v1", "qbo.payment.created.v1", "Invoice.Update"),
    confidence="medium",
)
