"""Jira: webhooks that an administrator made; those of apps are unsigned, or of Atlassian Connect."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="jira",
    title="Jira",
    docs="https://developer.atlassian.com/cloud/jira/platform/webhooks/",
    scheme=SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha256="),
    event_type=(Json("webhookEvent"),),
    event_id=(Header("X-Atlassian-Webhook-Identifier"),),
    marks=(
        "X-Atlassian-Webhook-Identifier",
        "X-Hub-Signature",
    ),
    secret_hint="Settings, System, WebHooks, the webhook's Secret",
    secret_env="JIRA_WEBHOOK_SECRET",
    events=(
        "jira:issue_created",
        "jira:issue_updated",
        "jira:issue_deleted",
        "comment_created",
        "sprint_started",
    ),
)
