"""OpenAI: Standard Webhooks. A secret without `whsec_` is a key as it stands."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="openai",
    title="OpenAI",
    docs="https://platform.openai.com/docs/guides/webhooks",
    scheme=standard_webhooks(key="whsec or text"),
    event_type=(Json("type"),),
    event_id=(Header("webhook-id"),),
    marks=(),
    secret_hint="Settings, Project, Webhooks, the endpoint's signing secret: whsec_ and base64",
    secret_env="OPENAI_WEBHOOK_SECRET",
    events=(
        "response.completed",
        "response.failed",
        "batch.completed",
        "fine_tuning.job.succeeded",
        "realtime.call.incoming",
    ),
)
