"""SavvyCal: the body alone, in capitals."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="savvycal",
    title="SavvyCal",
    docs="https://developers.savvycal.com/webhooks",
    scheme=SignatureScheme(signature=Header("x-savvycal-signature"), prefix="sha256=", encoding="HEX"),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("x-savvycal-signature",),
    secret_hint="Settings, Integrations, Webhooks, the webhook's secret",
    secret_env="SAVVYCAL_WEBHOOK_SECRET",
    events=("event.created", "event.rescheduled", "event.canceled"),
    confidence="medium",
)
