"""Bird (MessageBird): a token that binds body and URL for a minute."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.jwt import Bound, JwtScheme, body_hex_if_any, url_hex
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="messagebird",
    title="Bird (MessageBird)",
    docs="https://developers.messagebird.com/api/#verifying-http-requests",
    scheme=JwtScheme(
        Header("MessageBird-Signature-JWT"),
        algorithms=("HS256", "HS384", "HS512"),
        bound=(Bound("url_hash", url_hex, "URL"), Bound("payload_hash", body_hex_if_any)),
        fixed=(("iss", "MessageBird"),),
        times=("nbf", "exp"),
        life=timedelta(minutes=1),
        leeway=timedelta(seconds=1),
        id_claim="jti",
    ),
    event_type=(Json("type"),),
    event_id=(Joined(Json("type"), Json("message.id"), Json("message.status"), by=":"),),
    marks=("MessageBird-Signature-JWT",),
    secret_hint="Dashboard, Developers, Settings: the signing key, not the API key",
    secret_env="MESSAGEBIRD_SIGNING_KEY",
    events=("message.created", "message.updated", "conversation.created"),
)
