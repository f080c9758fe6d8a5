"""Heroku: base64 over the body."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="heroku",
    title="Heroku",
    docs="https://devcenter.heroku.com/articles/app-webhooks",
    scheme=SignatureScheme(signature=Header("Heroku-Webhook-Hmac-SHA256"), encoding="base64"),
    event_type=(Json("webhook_metadata.event.include"), Json("resource")),
    event_id=(Json("webhook_metadata.event.id"), Json("id")),
    marks=("Heroku-Webhook-Hmac-SHA256",),
    secret_hint="Given to, or shown once by, `heroku webhooks:add --secret`",
    secret_env="HEROKU_WEBHOOK_SECRET",
    events=("api:release", "api:build", "api:formation", "api:addon", "dyno"),
    confidence="medium",
)
