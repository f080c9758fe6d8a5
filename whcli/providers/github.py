"""GitHub: two signatures of the same body; SHA-1 counts only where SHA-256 is absent (servers before 2.23)."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="github",
    title="GitHub",
    docs="https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("X-Hub-Signature-256"), prefix="sha256="),
            SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
        )
    ),
    event_type=(Header("X-GitHub-Event"),),
    event_id=(Header("X-GitHub-Delivery"),),
    marks=("X-GitHub-Event", "X-GitHub-Delivery"),
    secret_hint="Settings, Webhooks, the webhook's Secret: the text that you chose",
    secret_env="GITHUB_WEBHOOK_SECRET",
)
