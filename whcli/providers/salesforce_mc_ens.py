"""Salesforce Marketing Cloud, Event Notification Service: the body, once the callback was verified by its API."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="salesforce-mc-ens",
    title="Salesforce Marketing Cloud ENS",
    docs="https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/ens-notification-signing.html",
    scheme=SignatureScheme(signature=Header("x-sfmc-ens-signature"), encoding="base64", new="{base64}"),
    event_type=(Json("0.eventCategoryType"),),
    event_id=(Joined(Json("0.eventCategoryType"), Json("0.compositeId"), Json("0.timestampUTC"), by=":"),),
    marks=("x-sfmc-ens-signature",),
    secret_hint="The signatureKey in the answer that made the callback; it is shown once",
    secret_env="SFMC_ENS_SIGNATURE_KEY",
    handshakes=(
        Handshake(
            "callback-verification",
            when=((Json("callbackId"), None),),
            challenge=Json("verificationKey"),
            sample={"callbackId": "{challenge}", "verificationKey": "{challenge}"},
            hint="Send callbackId and verificationKey to POST /platform/v1/ens-verify; nothing comes before.",
        ),
    ),
    events=("TransactionalSendEvents.EmailSent", "EngagementEvents.EmailOpen", "EngagementEvents.EmailClick"),
)
