"""Recurly: a bare list, the time in milliseconds first, then a signature of each secret in use."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Items, Json

PROVIDER = Provider(
    name="recurly",
    title="Recurly",
    docs="https://docs.recurly.com/recurly-subscriptions/docs/signature-verification",
    scheme=SignatureScheme(
        signature=Items("recurly-signature", 1),
        timestamp=Items("recurly-signature", 0, 1),
        time="ms",
        signed="{timestamp}.{body}",
    ),
    event_type=(Json("event_type"), Json("object_type")),
    event_id=(Joined(Json("object_type"), Json("event_type"), Json("id"), Json("event_time"), by=":"),),
    marks=("recurly-signature",),
    secret_hint="Integrations, Webhooks, the endpoint's secret key",
    secret_env="RECURLY_WEBHOOK_SECRET",
    events=("created", "updated", "succeeded", "declined", "expired"),
)
