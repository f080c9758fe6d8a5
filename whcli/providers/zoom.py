"""Zoom: Slack's message, under headers of its own."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake, mac
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="zoom",
    title="Zoom",
    docs="https://developers.zoom.us/docs/api/webhooks/",
    scheme=SignatureScheme(
        signature=Header("x-zm-signature"),
        timestamp=Header("x-zm-request-timestamp"),
        signed="v0:{timestamp}:{body}",
        prefix="v0=",
        new="{short}",
    ),
    event_type=(Json("event"),),
    event_id=(),
    marks=("x-zm-signature", "x-zm-request-timestamp"),
    handshakes=(
        Handshake(
            "url_validation",
            when=((Json("event"), "endpoint.url_validation"),),
            challenge=Json("payload.plainToken"),
            proof=mac(),
            reply={"plainToken": "{challenge}", "encryptedToken": "{proof}"},
            signed=True,
            sample={
                "payload": {"plainToken": "{challenge}"},
                "event_ts": 1654503849680,
                "event": "endpoint.url_validation",
            },
        ),
    ),
    secret_hint="marketplace.zoom.us, your app, Feature, Event Subscriptions: Secret Token",
    secret_env="ZOOM_WEBHOOK_SECRET_TOKEN",
    events=("meeting.started", "meeting.ended", "recording.completed", "meeting.participant_joined"),
)
