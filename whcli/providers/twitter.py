"""X (Twitter): base64 behind sha256=, and a challenge every hour that proves that we have the secret."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake, mac
from whcli.signing.keyed import FirstKey
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Query

PROVIDER = Provider(
    name="twitter",
    title="X (Twitter)",
    docs="https://docs.x.com/x-api/webhooks/introduction",
    scheme=SignatureScheme(signature=Header("x-twitter-webhooks-signature"), encoding="base64", prefix="sha256="),
    event_type=(FirstKey("the key that ends in _events", lambda key: key.endswith(("_events", "_event"))),),
    event_id=(Json("tweet_create_events.0.id_str"), Json("direct_message_events.0.id")),
    marks=("x-twitter-webhooks-signature",),
    secret_hint="Developer Portal, the app, Keys and tokens: the API key secret (consumer secret)",
    secret_env="TWITTER_CONSUMER_SECRET",
    handshakes=(
        Handshake(
            "crc",
            "GET",
            challenge=Query("crc_token"),
            proof=mac(encoding="base64", prefix="sha256="),
            reply={"response_token": "{proof}"},
        ),
    ),
    events=("tweet_create_events", "favorite_events", "follow_events", "direct_message_events"),
)
