"""PagerDuty: a signature of each secret in use. Secrets look like base64 and are used as text."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="pagerduty",
    title="PagerDuty",
    docs="https://docs.pagerduty.com/developer/verifying-webhook-signatures",
    scheme=SignatureScheme(signature=Pair("X-PagerDuty-Signature", "v1"), new="{base64}"),
    event_type=(Json("event.event_type"),),
    event_id=(Json("event.id"),),
    marks=("X-PagerDuty-Signature",),
    secret_hint="Shown once, when the subscription is made: Integrations, Generic Webhooks (v3)",
    secret_env="PAGERDUTY_WEBHOOK_SECRET",
    events=(
        "incident.triggered",
        "incident.acknowledged",
        "incident.resolved",
        "incident.priority_updated",
        "service.updated",
        "pagey.ping",
    ),
)
