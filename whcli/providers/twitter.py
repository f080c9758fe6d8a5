"""X (Twitter): base64 behind sha256=, and a challenge every hour that proves that we have the secret."""

from __future__ import annotations

import json

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake, mac
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Query, Slot, parse_json


class EventsKey(Slot):
    """The first key that ends in `_events`."""

    name = where = "the key that ends in _events"

    def lines(self, request: Request) -> list[bytes]:
        """The key, if there is one."""
        document = parse_json(request.body)
        keys = [key for key in document if key.endswith(("_events", "_event"))] if isinstance(document, dict) else []
        return [key.encode("utf-8", "backslashreplace") for key in keys[:1]]

    def put(self, request: Request, value: bytes) -> Request:
        """A body of such events alone, one of them, with nothing in it."""
        return request._replace(body=json.dumps({value.decode(): [{}]}).encode())


PROVIDER = Provider(
    name="twitter",
    title="X (Twitter)",
    docs="https://docs.x.com/x-api/webhooks/introduction",
    scheme=SignatureScheme(signature=Header("x-twitter-webhooks-signature"), encoding="base64", prefix="sha256="),
    event_type=(EventsKey(),),
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
