"""GitLab: the secret token itself, or, where a signing token is set, Standard Webhooks beside it."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.credential import CredentialScheme
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="gitlab",
    title="GitLab",
    docs="https://docs.gitlab.com/user/project/integrations/webhooks/",
    scheme=FirstOf((standard_webhooks(), CredentialScheme(Header("X-Gitlab-Token"))), usual=1),
    event_type=(Header("X-Gitlab-Event"), Json("object_kind")),
    event_id=(Header("Idempotency-Key"), Header("webhook-id"), Header("X-Gitlab-Event-UUID")),
    marks=("X-Gitlab-Event",),
    secret_hint="Settings, Webhooks, Secret token or Signing token",
    secret_env="GITLAB_WEBHOOK_TOKEN",
    other_marks=(("X-Gitlab-Event", "webhook-id", "webhook-timestamp", "webhook-signature"),),
    events=("Push Hook", "Tag Push Hook", "Merge Request Hook", "Pipeline Hook", "Issue Hook", "Note Hook"),
)
