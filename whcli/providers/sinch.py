"""Sinch: body, nonce and time for conversations and SMS; HMAC-SHA1 over the body for numbers."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Slot, parse_json

TRIGGERS = {
    "message": "MESSAGE_INBOUND",
    "message_redaction": "MESSAGE_INBOUND_SMART_CONVERSATION_REDACTION",
    "message_submit_notification": "MESSAGE_SUBMIT",
    "message_delivery_report": "MESSAGE_DELIVERY",
    "event": "EVENT_INBOUND",
    "event_delivery_report": "EVENT_DELIVERY",
    "conversation_start_notification": "CONVERSATION_START",
    "conversation_stop_notification": "CONVERSATION_STOP",
    "conversation_delete_notification": "CONVERSATION_DELETE",
    "contact_create_notification": "CONTACT_CREATE",
    "contact_delete_notification": "CONTACT_DELETE",
    "contact_merge_notification": "CONTACT_MERGE",
    "contact_update_notification": "CONTACT_UPDATE",
    "duplicated_contact_identities_notification": "CONTACT_IDENTITIES_DUPLICATION",
    "capability_notification": "CAPABILITY",
    "opt_in_notification": "OPT_IN",
    "opt_out_notification": "OPT_OUT",
    "channel_event_notification": "CHANNEL_EVENT",
    "smart_conversation_notification": "SMART_CONVERSATIONS",
    "unsupported_callback": "UNSUPPORTED",
}
"""The member of the body that tells what happened, and the trigger that it stands for."""


class _Trigger(Slot):
    """The trigger of a conversation's callback."""

    name = "trigger"
    where = "the notification in the body"
    in_body = True

    def lines(self, request: Request) -> list[bytes]:
        """One, or none for a body without a notification that is known."""
        body = parse_json(request.body)
        return [TRIGGERS[key].encode() for key in body if key in TRIGGERS][:1] if isinstance(body, dict) else []


REPORT = "message_delivery_report"
PREFIX = "x-sinch-webhook-signature"

PROVIDER = Provider(
    name="sinch",
    title="Sinch",
    docs="https://developers.sinch.com/docs/conversation/callbacks",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=Header(PREFIX),
                timestamp=Header(f"{PREFIX}-timestamp"),
                id=Header(f"{PREFIX}-nonce"),
                signed="{body}.{id}.{timestamp}",
                encoding="base64",
                adds=((Header(f"{PREFIX}-algorithm"), "HmacSHA256"),),
            ),
            SignatureScheme(signature=Header("x-sinch-signature"), algorithm="hmac-sha1"),
        )
    ),
    event_type=(Json("eventType"), _Trigger()),
    event_id=(
        Json("eventId"),
        Json("message.id"),
        Json("event.id"),
        Joined(Json(f"{REPORT}.message_id"), Json(f"{REPORT}.status"), by=":"),
    ),
    marks=(PREFIX, f"{PREFIX}-nonce"),
    secret_hint="The secret of the webhook, or of the numbers' callback configuration",
    secret_env="SINCH_WEBHOOK_SECRET",
    events=("MESSAGE_INBOUND", "MESSAGE_DELIVERY", "EVENT_INBOUND", "CONVERSATION_START", "CONTACT_CREATE"),
    other_marks=(("x-sinch-signature",),),
)
