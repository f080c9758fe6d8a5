"""Doppler: as GitHub, under a header of its own."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="doppler",
    title="Doppler",
    docs="https://docs.doppler.com/docs/webhooks",
    scheme=SignatureScheme(signature=Header("X-Doppler-Signature"), prefix="sha256="),
    event_type=(Json("type"),),
    event_id=(),
    marks=("X-Doppler-Signature",),
    secret_hint="The project's Webhooks, the webhook's Signing Secret: the text that you chose",
    secret_env="DOPPLER_WEBHOOK_SECRET",
    events=("config.secrets.update",),
    confidence="medium",
)
