"""CircleCI: a list of versions, of which v1 is the only one yet."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair

PROVIDER = Provider(
    name="circleci",
    title="CircleCI",
    docs="https://circleci.com/docs/guides/integration/outbound-webhooks/",
    scheme=SignatureScheme(signature=Pair("circleci-signature", "v1")),
    event_type=(Header("circleci-event-type"), Json("type")),
    event_id=(Json("id"),),
    marks=("circleci-event-type",),
    secret_hint="Project Settings, Webhooks, the webhook's Secret token: the text that you chose",
    secret_env="CIRCLECI_WEBHOOK_SECRET",
    events=("workflow-completed", "job-completed", "ping"),
)
