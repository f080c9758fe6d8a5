"""Vonage: a bearer token that binds the body."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.jwt import Bound, JwtScheme, body_hex_if_any
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="vonage",
    title="Vonage",
    docs="https://developer.vonage.com/en/getting-started/concepts/webhooks",
    scheme=JwtScheme(
        Header("Authorization"),
        prefix="Bearer ",
        bound=(Bound("payload_hash", body_hex_if_any),),
        fixed=(("iss", "Vonage"),),
        times=("iat",),
        leeway=timedelta(minutes=5),
        id_claim="jti",
    ),
    event_type=(Json("status"), Json("channel")),
    event_id=(
        Joined(Json("message_uuid"), Json("status"), by=":"),
        Json("message_uuid"),
        Joined(Json("uuid"), Json("status"), by=":"),
    ),
    marks=(),
    secret_hint="API settings, the signature secret",
    secret_env="VONAGE_SIGNATURE_SECRET",
    events=("delivered", "submitted", "rejected", "answered"),
    confidence="medium",
)
