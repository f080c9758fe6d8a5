"""Sentry's integration platform: the body alone is signed. Request-ID is another for each attempt."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="sentry",
    title="Sentry",
    docs="https://docs.sentry.io/integrations/integration-platform/webhooks/",
    scheme=SignatureScheme(signature=Header("Sentry-Hook-Signature")),
    event_type=(Joined(Header("Sentry-Hook-Resource"), Json("action")), Header("Sentry-Hook-Resource")),
    event_id=(
        Joined(Json("data.triggered_rule"), Json("data.event.event_id"), by=":"),
        Json("data.error.event_id"),
        Header("Request-ID"),
    ),
    marks=("Sentry-Hook-Resource", "Sentry-Hook-Signature"),
    secret_hint="Settings, Custom Integrations, your integration: Client Secret",
    secret_env="SENTRY_CLIENT_SECRET",
    events=("issue.created", "issue.resolved", "event_alert.triggered", "metric_alert.critical", "error.created"),
)
