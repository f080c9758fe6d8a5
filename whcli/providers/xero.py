"""Xero: a key that looks like base64 and is used as text; right and wrong signatures come to be told apart."""

from __future__ import annotations

from whcli.http import Response
from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

ENTROPY = (Json("entropy"), None)

PROVIDER = Provider(
    name="xero",
    title="Xero",
    docs="https://developer.xero.com/documentation/guides/webhooks/overview/",
    scheme=SignatureScheme(signature=Header("x-xero-signature"), encoding="base64", new="{base64}"),
    event_type=(Joined(Json("events.0.eventCategory"), Json("events.0.eventType")),),
    event_id=(Json("entropy"),),
    marks=("x-xero-signature",),
    secret_hint="My Apps, the app, Webhooks: the webhooks key",
    secret_env="XERO_WEBHOOK_KEY",
    handshakes=(
        Handshake(
            "intent-to-receive",
            when=((Json("firstEventSequence"), "0"), (Json("lastEventSequence"), "0"), ENTROPY),
            signed=True,
            refused=Response(401),
            sample={"events": [], "firstEventSequence": 0, "lastEventSequence": 0, "entropy": "{challenge}"},
        ),
        Handshake(
            "event",
            when=(ENTROPY,),
            signed=True,
            ordinary=True,
            refused=Response(401),
            sample={"events": [{}], "firstEventSequence": 1, "lastEventSequence": 1, "entropy": "{challenge}"},
        ),
    ),
    events=("INVOICE.CREATE", "INVOICE.UPDATE", "CONTACT.CREATE", "CONTACT.UPDATE"),
    confidence="medium",
)
