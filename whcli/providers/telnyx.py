"""Telnyx: Ed25519 over time and body, with a bar between."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="telnyx",
    title="Telnyx",
    docs="https://developers.telnyx.com/docs/messaging/messages/receiving-webhooks",
    scheme=SignatureScheme(
        signature=Header("telnyx-signature-ed25519"),
        timestamp=Header("telnyx-timestamp"),
        signed="{timestamp}|{body}",
        algorithm="ed25519",
        encoding="base64",
        public="base64",
    ),
    event_type=(Json("data.event_type"),),
    event_id=(Json("data.id"),),
    marks=("telnyx-signature-ed25519", "telnyx-timestamp"),
    secret_hint="portal.telnyx.com, Keys & Credentials, Public Key: base64",
    secret_env="TELNYX_PUBLIC_KEY",
    events=("message.received", "message.finalized", "call.initiated", "call.hangup"),
)
