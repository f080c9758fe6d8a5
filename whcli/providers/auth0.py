"""Auth0 log streams: the Authorization header is whatever was typed in, word for word."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="auth0",
    title="Auth0 log streams",
    docs="https://auth0.com/docs/customize/log-streams/custom-log-streams",
    scheme=CredentialScheme(Header("Authorization")),
    event_type=(Json("0.data.type"), Json("logs.0.data.type"), Json("data.type")),
    event_id=(Json("0.log_id"), Json("logs.0.log_id"), Json("log_id")),
    marks=(),
    secret_hint="the Authorization Token that you typed in for the stream",
    secret_env="AUTH0_LOG_STREAM_TOKEN",
    events=("s", "f", "ss", "fp"),
)
