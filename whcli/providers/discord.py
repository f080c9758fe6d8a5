"""Discord: interactions and webhook events, signed by the key pair of the application."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="discord",
    title="Discord",
    docs="https://docs.discord.com/developers/interactions/overview",
    scheme=SignatureScheme(
        signature=Header("X-Signature-Ed25519"),
        timestamp=Header("X-Signature-Timestamp"),
        tolerance=None,
        signed="{timestamp}{body}",
        algorithm="ed25519",
        public="hex",
    ),
    event_type=(Json("event.type"), Json("data.name"), Json("type")),
    event_id=(Json("id"),),
    marks=("X-Signature-Ed25519", "X-Signature-Timestamp"),
    secret_hint="discord.com/developers/applications, your app, General Information, Public Key: hex",
    secret_env="DISCORD_PUBLIC_KEY",
    events=("APPLICATION_AUTHORIZED", "ENTITLEMENT_CREATE"),
)
