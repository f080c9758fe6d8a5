"""Kick: RSA over id, time and body, by a key that its API serves."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.params import Fetched
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="kick",
    title="Kick",
    docs="https://docs.kick.com/events/webhook-security",
    scheme=SignatureScheme(
        signature=Header("Kick-Event-Signature"),
        timestamp=Header("Kick-Event-Message-Timestamp"),
        time="iso",
        tolerance=None,
        id=Header("Kick-Event-Message-Id"),
        signed="{id}.{timestamp}.{body}",
        algorithm="rsa-sha256",
        encoding="base64",
        public="pem",
        fetched=Fetched("https://api.kick.com/public/v1/public-key", form="json"),
    ),
    event_type=(Header("Kick-Event-Type"),),
    event_id=(Header("Kick-Event-Message-Id"),),
    marks=("Kick-Event-Signature", "Kick-Event-Message-Id"),
    secret_hint="The public key is fetched; or file:kick.pem",
    secret_env="KICK_PUBLIC_KEY",
    events=("chat.message.sent", "channel.followed", "livestream.status.updated"),
    confidence="medium",
)
