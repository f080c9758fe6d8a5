"""Messenger: what people write to a page, signed with the app's secret as all of Meta's webhooks are."""

from __future__ import annotations

import json

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import META
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Slot, parse_json


class Messaging(Slot):
    """What happened: the key of an entry beside those that all have."""

    name = where = "the key of entry.0.messaging.0"

    def lines(self, request: Request) -> list[bytes]:
        """The first of the known keys that is there."""
        document = parse_json(request.body)
        for step in ("entry", 0, "messaging", 0):
            try:
                document = document[step]
            except (TypeError, KeyError, IndexError):
                return []
        return [kind.encode() for kind in KINDS if isinstance(document, dict) and kind in document][:1]

    def put(self, request: Request, value: bytes) -> Request:
        """A body in which that alone happened, and nothing is said of it."""
        document = {"object": "page", "entry": [{"messaging": [{value.decode(): {}}]}]}
        return request._replace(body=json.dumps(document).encode())


KINDS = ("message", "postback", "delivery", "read", "reaction", "optin", "referral", "message_edit")

PROVIDER = Provider(
    name="messenger",
    title="Messenger",
    docs="https://developers.facebook.com/docs/messenger-platform/webhooks",
    scheme=FirstOf(
        (
            SignatureScheme(signature=Header("X-Hub-Signature-256"), prefix="sha256="),
            SignatureScheme(signature=Header("X-Hub-Signature"), prefix="sha1=", algorithm="hmac-sha1"),
        )
    ),
    event_type=(Messaging(), Json("object")),
    event_id=(Json("entry.0.messaging.0.message.mid"),),
    marks=(),
    secret_hint="App Dashboard, App settings, Basic: the App secret",
    secret_env="MESSENGER_APP_SECRET",
    handshakes=(META,),
    events=("message", "postback", "delivery", "read"),
)
