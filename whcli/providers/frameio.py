"""Frame.io: as Slack, down to the v0 before the time."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="frameio",
    title="Frame.io",
    docs="https://developer.frame.io/platform/docs/guides/webhooks",
    scheme=SignatureScheme(
        signature=Header("X-Frameio-Signature"),
        prefix="v0=",
        timestamp=Header("X-Frameio-Request-Timestamp"),
        signed="v0:{timestamp}:{body}",
    ),
    event_type=(Json("type"),),
    event_id=(),
    marks=("X-Frameio-Signature", "X-Frameio-Request-Timestamp"),
    secret_hint="The signing secret shown once, when the webhook is made",
    secret_env="FRAMEIO_SIGNING_SECRET",
    events=("file.created", "file.ready", "comment.created", "project.created", "asset.created"),
    confidence="medium",
)
