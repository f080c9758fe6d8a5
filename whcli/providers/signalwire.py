"""SignalWire: URL and body in hex, or, of its compatible API, URL and form as Twilio has them, in base64."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import AnyOf
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Json

SIGNATURE = Header("X-SignalWire-Signature")

PROVIDER = Provider(
    name="signalwire",
    title="SignalWire",
    docs="https://developer.signalwire.com/platform/basics/security-and-compliance/webhook-security",
    scheme=AnyOf(
        (
            SignatureScheme(signature=SIGNATURE, signed="{url}{body}", algorithm="hmac-sha1", new="PSK_{short}"),
            SignatureScheme(
                signature=SIGNATURE,
                signed="{url}{params}",
                algorithm="hmac-sha1",
                encoding="base64",
                note="A body that is no form is not covered.",
            ),
        )
    ),
    event_type=(Json("call.call_state"), Form("CallStatus"), Form("MessageStatus")),
    event_id=(
        Joined(Json("call.call_id"), Json("call.call_state"), by=":"),
        Joined(Form("MessageSid"), Form("MessageStatus"), by=":"),
    ),
    marks=("X-SignalWire-Signature",),
    other_marks=(("X-SignalWire-Signature", "X-Twilio-Signature"),),
    secret_hint="Your space, API, Signing key: PSK_…",
    secret_env="SIGNALWIRE_SIGNING_KEY",
    events=("created", "answered", "ended"),
)
