"""Tally: base64 over the body."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="tally",
    title="Tally",
    docs="https://tally.so/help/webhooks",
    scheme=SignatureScheme(signature=Header("Tally-Signature"), encoding="base64"),
    event_type=(Json("eventType"),),
    event_id=(Json("eventId"),),
    marks=("Tally-Signature",),
    secret_hint="The form's Integrations, Webhooks, Edit: Signing secret",
    secret_env="TALLY_SIGNING_SECRET",
    events=("FORM_RESPONSE",),
    confidence="medium",
)
