"""FusionAuth: a token that binds the body, by whatever kind of key was chosen."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.jwt import Bound, JwtScheme, body_base64
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="fusionauth",
    title="FusionAuth",
    docs="https://fusionauth.io/docs/extend/events-and-webhooks/signing",
    scheme=JwtScheme(
        Header("X-FusionAuth-Signature-JWT"),
        algorithms=("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "EdDSA"),
        bound=(Bound("request_body_sha256", body_base64),),
    ),
    event_type=(Json("event.type"),),
    event_id=(Json("event.id"),),
    marks=("X-FusionAuth-Signature-JWT",),
    secret_hint="the signing key of the webhook: its text for HMAC, else /.well-known/jwks.json or the public key",
    secret_env="FUSIONAUTH_WEBHOOK_KEY",
    events=("user.create", "user.login.success", "jwt.refresh"),
    confidence="medium",
)
