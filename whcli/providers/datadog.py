"""Datadog: payloads from a template of the user's, and no signature."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import Unsigned
from whcli.signing.slots import Json

PROVIDER = Provider(
    name="datadog",
    title="Datadog",
    docs="https://docs.datadoghq.com/integrations/webhooks/",
    scheme=Unsigned("Datadog signs nothing."),
    event_type=(Json("alert_transition"), Json("event_type")),
    event_id=(Json("id"),),
    marks=(),
    secret_hint="none: Datadog signs nothing",
    secret_env="",
    events=("Triggered", "Recovered", "Warn"),
)
