"""Twilio: HMAC over the public URL and a form's sorted fields, or over a URL that bears the SHA-256 of a JSON body.

Twilio's servers sign the URL sometimes with its port and sometimes without, so both spellings count. A request
signed with a SharedKey says so in a header of settings, and is SHA-256; the Auth Token's is SHA-1.
"""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing import AnyOf, FirstOf, Scheme
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Json, Pair, Query, Slot

KINDS = (
    ("transcription", "TranscriptionStatus", "TranscriptionSid"),
    ("recording", "RecordingStatus", "RecordingSid"),
    ("conference", "StatusCallbackEvent", "ConferenceSid"),
    ("message", "MessageStatus", "MessageSid"),
    ("message", "SmsStatus", "MessageSid"),
    ("call", "CallStatus", "CallSid"),
)
"""Kind of resource, the field that tells what happened to it, the field that names it; the most special first."""


class Happening(Slot):
    """What happened to which resource, put together from a form: `message.delivered`, or `SM…:delivered` as id."""

    def __init__(self, *, naming: bool) -> None:
        self.naming = naming
        self.name = "resource and status" if naming else "kind and status"
        self.where = "the form's Sid and Status" if naming else "the form's Status"

    def lines(self, request: Request) -> list[bytes]:
        """At most one value. A Sid alone is no id: each status of a message bears the same."""
        for kind, status, sid in KINDS:
            told, named = Form(status).lines(request), Form(sid).lines(request)
            if told and named:
                return [named[0] + b":" + told[0] if self.naming else kind.encode() + b"." + told[0]]
        return []


def _scheme(algorithm: str, when: tuple[Slot, bytes] | None) -> Scheme:
    return AnyOf(
        tuple(
            SignatureScheme(
                signature=Header("X-Twilio-Signature"),
                signed=f"{{{url}}}{{params}}",
                algorithm=algorithm,
                encoding="base64",
                digest=Query("bodySHA256"),
                when=when,
                new="{short}",
            )
            for url in ("url", "url_other_port")
        )
    )


SETTINGS = Pair("X-Twilio-Webhooks-Signature-Settings", "algorithm")

PROVIDER = Provider(
    name="twilio",
    title="Twilio",
    docs="https://www.twilio.com/docs/usage/webhooks/webhooks-security",
    scheme=FirstOf((_scheme("hmac-sha256", (SETTINGS, b"HMAC_SHA256")), _scheme("hmac-sha1", None)), usual=1),
    event_type=(Happening(naming=False), Form("EventType"), Json("0.type"), Json("type")),
    event_id=(Header("I-Twilio-Idempotency-Token"), Happening(naming=True), Json("0.id"), Json("id")),
    marks=("X-Twilio-Signature",),
    secret_hint="Console, Account Dashboard, Auth Token",
    secret_env="TWILIO_AUTH_TOKEN",
)
