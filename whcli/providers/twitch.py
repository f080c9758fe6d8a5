"""Twitch EventSub: id, time and body with nothing between; the time is text of RFC 3339."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

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
    secret_hint="The text of 10 to 100 characters that you subscribed with",
    secret_env="TWITCH_EVENTSUB_SECRET",
    events=("channel.follow", "stream.online", "stream.offline", "channel.subscribe"),
)
