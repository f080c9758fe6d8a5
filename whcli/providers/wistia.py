"""Wistia: the body alone."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="wistia",
    title="Wistia",
    docs="https://docs.wistia.com/docs/webhooks",
    scheme=SignatureScheme(signature=Header("X-Wistia-Signature")),
    event_type=(Json("events.0.type"),),
    event_id=(Json("events.0.uuid"),),
    marks=("X-Wistia-Signature",),
    secret_hint="Account Settings, Webhooks: the secret key that you gave",
    secret_env="WISTIA_WEBHOOK_SECRET",
    events=("media.created", "media.updated", "viewing_session.play", "viewing_session.percent_watched"),
)
