"""Typeform: the prefix looks like GitHub's, but base64 is behind it."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="typeform",
    title="Typeform",
    docs="https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
    scheme=SignatureScheme(signature=Header("Typeform-Signature"), prefix="sha256=", encoding="base64"),
    event_type=(Json("event_type"),),
    event_id=(Json("event_id"),),
    marks=("Typeform-Signature",),
    secret_hint="The form, Connect, Webhooks, the webhook's Secret",
    secret_env="TYPEFORM_WEBHOOK_SECRET",
    events=(
        "form_response",
        "form_response_partial",
    ),
)
