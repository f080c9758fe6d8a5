"""ClickUp: the body alone, by the secret of the answer that made the webhook."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="clickup",
    title="ClickUp",
    docs="https://developer.clickup.com/docs/webhooksignature",
    scheme=SignatureScheme(signature=Header("X-Signature")),
    event_type=(Json("event"),),
    event_id=(Json("history_items.0.id"),),
    marks=(),
    secret_hint="webhook.secret in the answer that made the webhook",
    secret_env="CLICKUP_WEBHOOK_SECRET",
    events=(
        "taskCreated",
        "taskUpdated",
        "taskStatusUpdated",
        "taskDeleted",
        "listCreated",
    ),
)
