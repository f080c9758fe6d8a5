"""incident.io: Standard Webhooks, sent through Svix."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="incident-io",
    title="incident.io",
    docs="https://docs.incident.io/integrations/webhooks",
    scheme=standard_webhooks(),
    event_type=(Json("event_type"),),
    event_id=(Header("webhook-id"),),
    marks=(),
    secret_hint="Settings, Webhooks, the endpoint's Signing Secret: whsec_ and base64",
    secret_env="INCIDENT_IO_WEBHOOK_SECRET",
    events=(
        "public_incident.incident_created_v2",
        "public_incident.incident_updated_v2",
        "public_incident.incident_status_updated_v2",
        "public_incident.follow_up_created_v1",
        "private_incident.incident_created_v2",
    ),
    confidence="medium",
)
