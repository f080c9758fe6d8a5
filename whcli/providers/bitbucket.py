"""Bitbucket Cloud and Data Center: the header that others use for SHA-1 holds SHA-256 here."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="bitbucket",
    title="Bitbucket",
    docs="https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/",
    scheme=SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha256="),
    event_type=(Header("X-Event-Key"),),
    event_id=(Header("X-Request-UUID"), Header("X-Request-Id")),
    marks=(
        "X-Event-Key",
        "X-Hook-UUID",
    ),
    handshakes=(quiet("ping", "POST", (Header("X-Event-Key"), "diagnostics:ping")),),
    secret_hint="Repository settings, Webhooks, the webhook's Secret",
    secret_env="BITBUCKET_WEBHOOK_SECRET",
    other_marks=(("X-Event-Key", "X-Request-Id"),),
    events=(
        "repo:push",
        "pullrequest:created",
        "pullrequest:fulfilled",
        "issue:created",
        "diagnostics:ping",
    ),
)
