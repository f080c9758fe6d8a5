"""WorkOS: as Stripe, but with a space behind the comma, milliseconds, and three minutes to arrive."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="workos",
    title="WorkOS",
    docs="https://workos.com/docs/events/data-syncing/webhooks",
    scheme=SignatureScheme(
        signature=Pair("WorkOS-Signature", "v1", separator=", "),
        timestamp=Pair("WorkOS-Signature", "t", separator=", "),
        time="ms",
        signed="{timestamp}.{body}",
        tolerance=timedelta(minutes=3),
    ),
    event_type=(Json("event"),),
    event_id=(Json("id"),),
    marks=("WorkOS-Signature",),
    secret_hint="Dashboard, Webhooks, the endpoint's signing secret",
    secret_env="WORKOS_WEBHOOK_SECRET",
    events=("user.created", "connection.activated", "dsync.user.created", "organization.updated"),
)
