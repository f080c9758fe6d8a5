"""LaunchDarkly: hex over the body, which is an entry of the audit log."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="launch-darkly",
    title="LaunchDarkly",
    docs="https://launchdarkly.com/docs/home/infrastructure/webhooks",
    scheme=SignatureScheme(signature=Header("X-LD-Signature")),
    event_type=(Joined(Json("kind"), Json("accesses.0.action")), Json("kind")),
    event_id=(Json("_id"),),
    marks=("X-LD-Signature",),
    secret_hint="Integrations, Webhooks, Sign this webhook: Secret",
    secret_env="LAUNCHDARKLY_WEBHOOK_SECRET",
    events=("flag.createFlag", "flag.updateOn", "flag.updateRules", "environment.updateName", "project.createProject"),
    confidence="medium",
)
