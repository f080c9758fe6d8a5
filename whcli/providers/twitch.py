"""Twitch EventSub: id, time and body with nothing between; the time is text of RFC 3339."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="twitch",
    title="Twitch EventSub",
    docs="https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
    scheme=SignatureScheme(
        signature=Header("Twitch-Eventsub-Message-Signature"),
        timestamp=Header("Twitch-Eventsub-Message-Timestamp"),
        time="iso",
        id=Header("Twitch-Eventsub-Message-Id"),
        signed="{id}{timestamp}{body}",
        prefix="sha256=",
        tolerance=timedelta(minutes=10),
    ),
    event_type=(Header("Twitch-Eventsub-Subscription-Type"),),
    event_id=(Header("Twitch-Eventsub-Message-Id"),),
    marks=("Twitch-Eventsub-Message-Signature",),
    handshakes=(
        Handshake(
            "verification",
            when=((Header("Twitch-Eventsub-Message-Type"), "webhook_callback_verification"),),
            challenge=Json("challenge"),
            reply="{challenge}",
            signed=True,
            sample={
                "challenge": "{challenge}",
                "subscription": {
                    "id": "f1c2a387-161a-49f9-a165-0f21d7a4e1c4",
                    "status": "webhook_callback_verification_pending",
                    "type": "channel.follow",
                    "version": "2",
                    "cost": 1,
                    "condition": {"broadcaster_user_id": "12826"},
                    "transport": {"method": "webhook", "callback": "https://example.com/webhook/twitch"},
                    "created_at": "2023-11-14T22:13:20.000000000Z",
                },
            },
        ),
    ),
    secret_hint="The text of 10 to 100 characters that you subscribed with",
    secret_env="TWITCH_EVENTSUB_SECRET",
    events=("channel.follow", "stream.online", "stream.offline", "channel.subscribe"),
)
