"""Dub: hex over the body, delivered by QStash, whose own header is there as well."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="dub",
    title="Dub",
    docs="https://dub.co/docs/webhooks/verify-webhook-requests",
    scheme=SignatureScheme(signature=Header("Dub-Signature"), new="whsec_{hex}"),
    event_type=(Json("event"),),
    event_id=(Json("id"),),
    marks=("Dub-Signature",),
    secret_hint="Settings, Webhooks, the webhook's Signing secret: whsec_…, used whole",
    secret_env="DUB_WEBHOOK_SECRET",
    events=("link.created", "link.clicked", "lead.created", "sale.created", "partner.enrolled"),
    other_marks=(("Dub-Signature", "Upstash-Signature"),),
)
