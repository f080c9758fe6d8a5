"""Hugging Face Hub: the webhook's secret, in a header."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="huggingface",
    title="Hugging Face Hub",
    docs="https://huggingface.co/docs/hub/webhooks",
    scheme=CredentialScheme(Header("X-Webhook-Secret")),
    event_type=(Joined(Json("event.scope"), Json("event.action")),),
    event_id=(),
    marks=(),
    secret_hint="the Secret of the webhook in your settings: ASCII only",
    secret_env="HUGGINGFACE_WEBHOOK_SECRET",
    events=("repo.content.update", "repo.create", "discussion.create", "repo.config.update"),
)
