"""Cal.com: hex over the body; without a secret the header says `no-secret-provided`."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="calcom",
    title="Cal.com",
    docs="https://cal.com/docs/developing/guides/automation/webhooks",
    scheme=SignatureScheme(signature=Header("X-Cal-Signature-256")),
    event_type=(Json("triggerEvent"),),
    event_id=(
        Joined(Json("triggerEvent"), Json("payload.uid"), Json("createdAt"), by=":"),
        Joined(Json("triggerEvent"), Json("payload.bookingUid"), Json("createdAt"), by=":"),
    ),
    marks=("X-Cal-Signature-256",),
    secret_hint="Settings, Developer, Webhooks, the webhook's Secret: the text that you chose",
    secret_env="CALCOM_WEBHOOK_SECRET",
    events=("BOOKING_CREATED", "BOOKING_RESCHEDULED", "BOOKING_CANCELLED", "MEETING_ENDED", "OOO_CREATED"),
)
