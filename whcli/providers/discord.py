"""Discord: interactions and webhook events, signed by the key pair of the application."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
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
    handshakes=(
        Handshake(
            "ping",
            when=((Json("type"), "1"), (Json("token"), None)),
            reply={"type": 1},
            signed=True,
            sample={"id": "787053080478613555", "token": "ThisIsATokenFromDiscord", "type": 1, "version": 1},
        ),
        Handshake(
            "event-ping",
            when=((Json("type"), "0"),),
            status=204,
            signed=True,
            sample={"version": 1, "application_id": "1234560123453231555", "type": 0},
        ),
        Handshake(
            "event",
            when=((Json("type"), "1"), (Json("event.type"), None)),
            status=204,
            signed=True,
            ordinary=True,
            sample={
                "version": 1,
                "application_id": "1234560123453231555",
                "type": 1,
                "event": {"type": "APPLICATION_DEAUTHORIZED", "timestamp": "2024-10-18T14:42:53.064834"},
            },
        ),
    ),
    secret_hint="discord.com/developers/applications, your app, General Information, Public Key: hex",
    secret_env="DISCORD_PUBLIC_KEY",
    events=("APPLICATION_AUTHORIZED", "ENTITLEMENT_CREATE"),
)
