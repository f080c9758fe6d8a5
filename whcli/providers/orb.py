"""Orb: version, time and body with colons between; signatures with spaces between. The time may lack a zone."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair

PROVIDER = Provider(
    name="orb",
    title="Orb",
    docs="https://docs.withorb.com/integrations-and-exports/webhooks",
    scheme=SignatureScheme(
        signature=Pair("X-Orb-Signature", "v1", separator=" "),
        timestamp=Header("X-Orb-Timestamp"),
        time="iso",
        signed="v1:{timestamp}:{body}",
    ),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=(
        "X-Orb-Signature",
        "X-Orb-Timestamp",
    ),
    secret_hint="Developers, Webhooks, the endpoint's signing secret",
    secret_env="ORB_WEBHOOK_SECRET",
    events=(
        "invoice.issued",
        "subscription.created",
        "customer.created",
        "resource_event.test",
    ),
)
