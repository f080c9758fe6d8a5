"""Vercel: HMAC-SHA1 in hex."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="vercel",
    title="Vercel",
    docs="https://vercel.com/docs/webhooks/webhooks-api",
    scheme=SignatureScheme(signature=Header("x-vercel-signature"), algorithm="hmac-sha1"),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("x-vercel-signature",),
    secret_hint="Shown once, when the webhook is made; of an integration its Client Secret",
    secret_env="VERCEL_WEBHOOK_SECRET",
    events=("deployment.created", "deployment.succeeded", "deployment.error", "project.created", "project.removed"),
    confidence="medium",
)
