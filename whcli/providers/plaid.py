"""Plaid: an ES256 token that binds the body; the key is shown by Plaid's API for the token's key id."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.jwt import Bound, JwtScheme, body_hex
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="plaid",
    title="Plaid",
    docs="https://plaid.com/docs/api/webhooks/webhook-verification/",
    scheme=JwtScheme(
        Header("Plaid-Verification"),
        algorithms=("ES256",),
        bound=(Bound("request_body_sha256", body_hex),),
        times=("iat",),
        leeway=timedelta(minutes=5),
    ),
    event_type=(Joined(Json("webhook_type"), Json("webhook_code")),),
    event_id=(),
    marks=("Plaid-Verification",),
    secret_hint="the JWK that POST /webhook_verification_key/get gives for the token's kid, whole",
    secret_env="PLAID_WEBHOOK_JWK",
    events=("TRANSACTIONS.SYNC_UPDATES_AVAILABLE", "ITEM.ERROR", "AUTH.AUTOMATICALLY_VERIFIED"),
)
