"""Mailgun: time and token are signed, the event is not; all three are in the body, of routes in a form."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Json, Multipart

NOTE = "The event is not covered, only the time and token beside it: refuse a token that you have seen."

PROVIDER = Provider(
    name="mailgun",
    title="Mailgun",
    docs="https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=Json("signature.signature"),
                timestamp=Json("signature.timestamp"),
                signed="{timestamp}{json:signature.token}",
                tolerance=None,
                note=NOTE,
            ),
            SignatureScheme(
                signature=Form("signature"),
                timestamp=Form("timestamp"),
                signed="{timestamp}{form:token}",
                tolerance=None,
                note=NOTE,
            ),
            SignatureScheme(
                signature=Multipart("signature"),
                timestamp=Multipart("timestamp"),
                signed="{timestamp}{multipart:token}",
                tolerance=None,
                note=NOTE,
            ),
        )
    ),
    event_type=(Json("event-data.event"), Form("event")),
    event_id=(Json("event-data.id"), Json("signature.token"), Form("token")),
    marks=(),
    secret_hint="Send, Webhooks, HTTP webhook signing key",
    secret_env="MAILGUN_WEBHOOK_SIGNING_KEY",
    events=("delivered", "opened", "clicked", "failed", "complained", "unsubscribed"),
    confidence="medium",
)
