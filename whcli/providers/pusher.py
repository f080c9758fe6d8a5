"""Pusher Channels: the body alone is signed, and says in milliseconds when it was."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="pusher",
    title="Pusher Channels",
    docs="https://pusher.com/docs/channels/server_api/webhooks/",
    scheme=SignatureScheme(
        signature=Header("X-Pusher-Signature"), timestamp=Json("time_ms", number=True), time="ms", new="{short}"
    ),
    event_type=(Json("events.0.name"),),
    event_id=(Joined(Json("time_ms"), Json("events.0.name"), Json("events.0.channel"), by=":"),),
    marks=("X-Pusher-Signature", "X-Pusher-Key"),
    secret_hint="Dashboard, the app, App Keys: the secret that belongs to the key in X-Pusher-Key",
    secret_env="PUSHER_SECRET",
    events=("channel_occupied", "channel_vacated", "member_added", "member_removed", "client_event"),
)
