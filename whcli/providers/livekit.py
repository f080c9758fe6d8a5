"""LiveKit: a token as Authorization, without Bearer, that binds the body and names the API key."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.jwt import Bound, JwtScheme, body_base64
from whcli.signing.params import Param
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="livekit",
    title="LiveKit",
    docs="https://docs.livekit.io/home/server/webhooks/",
    scheme=JwtScheme(
        Header("Authorization"),
        bound=(Bound("sha256", body_base64),),
        fixed=(("iss", "{param:api_key}"),),
        times=("nbf", "exp"),
        leeway=timedelta(minutes=1),
        params=(Param("api_key", "The API key that belongs to the secret."),),
    ),
    event_type=(Json("event"),),
    event_id=(Json("id"),),
    marks=(),
    secret_hint="the API secret of the key that webhooks are signed with",
    secret_env="LIVEKIT_API_SECRET",
    events=("room_started", "participant_joined", "track_published", "egress_ended"),
)
