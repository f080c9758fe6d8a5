"""Dropbox Sign: JSON in a field of a multipart form; time and type of the event are signed by the API key."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Multipart

FIELD = Multipart("json")
TYPE = Json("event.event_type", inside=FIELD)

PROVIDER = Provider(
    name="dropbox-sign",
    title="Dropbox Sign",
    docs="https://developers.hellosign.com/docs/events/walkthrough/",
    scheme=SignatureScheme(
        signature=Json("event.event_hash", inside=FIELD),
        timestamp=Json("event.event_time", inside=FIELD),
        tolerance=None,
        signed="{timestamp}{type}",
        parts={"type": TYPE},
        note="Only the time and type of the event are covered.",
    ),
    event_type=(TYPE,),
    event_id=(),
    marks=(),
    handshakes=(Handshake("acknowledgement", reply="Hello API Event Received", signed=True, ordinary=True),),
    secret_hint="app.hellosign.com, API, your API key",
    secret_env="DROPBOX_SIGN_API_KEY",
    events=(
        "signature_request_sent",
        "signature_request_viewed",
        "signature_request_signed",
        "signature_request_all_signed",
        "callback_test",
    ),
)
