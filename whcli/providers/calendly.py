"""Calendly: as Stripe, with three minutes to arrive. No id is sent: an event is its name, its object and its time."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="calendly",
    title="Calendly",
    docs="https://developer.calendly.com/api-docs/4c305798a61d3-webhook-signatures",
    scheme=SignatureScheme(
        signature=Pair("Calendly-Webhook-Signature", "v1"),
        timestamp=Pair("Calendly-Webhook-Signature", "t"),
        signed="{timestamp}.{body}",
        tolerance=timedelta(minutes=3),
    ),
    event_type=(Json("event"),),
    event_id=(Joined(Json("event"), Json("payload.uri"), Json("created_at"), by=":"),),
    marks=("Calendly-Webhook-Signature",),
    secret_hint="The signing_key that you gave when you made the subscription",
    secret_env="CALENDLY_WEBHOOK_SIGNING_KEY",
    events=(
        "invitee.created",
        "invitee.canceled",
        "routing_form_submission.created",
    ),
)
