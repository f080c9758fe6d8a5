"""Affirm: as Stripe, but SHA-512 and v0. Checkouts come as forms, prequalifications as JSON."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Json, Pair

PROVIDER = Provider(
    name="affirm",
    title="Affirm",
    docs="https://docs.affirm.com/developers/docs/checking-webhook-signatures",
    scheme=SignatureScheme(
        signature=Pair("X-Affirm-Signature", "v0"),
        timestamp=Pair("X-Affirm-Signature", "t"),
        signed="{timestamp}.{body}",
        algorithm="hmac-sha512",
    ),
    event_type=(Form("event"), Json("event")),
    event_id=(Joined(Form("event"), Form("checkout_token"), Form("event_timestamp"), by=":"),),
    marks=("X-Affirm-Signature",),
    secret_hint="Merchant dashboard, API keys: the private API key",
    secret_env="AFFIRM_PRIVATE_API_KEY",
    events=(
        "opened",
        "approved",
        "confirmed",
        "not_approved",
        "more_information_needed",
    ),
)
