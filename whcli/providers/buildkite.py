"""Buildkite: one token, which signs time and body, or, by default, is sent itself."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.credential import CredentialScheme
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair

PROVIDER = Provider(
    name="buildkite",
    title="Buildkite",
    docs="https://buildkite.com/docs/apis/webhooks/pipelines",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=Pair("X-Buildkite-Signature", "signature"),
                timestamp=Pair("X-Buildkite-Signature", "timestamp"),
                signed="{timestamp}.{body}",
                new="{short}",
            ),
            CredentialScheme(Header("X-Buildkite-Token"), new="{short}"),
        )
    ),
    event_type=(Header("X-Buildkite-Event"), Json("event")),
    event_id=(Header("X-Buildkite-Request"),),
    marks=("X-Buildkite-Event",),
    secret_hint="Settings, Notification Services, the webhook's Token",
    secret_env="BUILDKITE_WEBHOOK_TOKEN",
    events=("build.scheduled", "build.running", "build.finished", "job.finished", "agent.connected", "ping"),
)
