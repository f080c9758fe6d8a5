"""LinkedIn: what is signed is the body behind a prefix, not the signature."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake, mac
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Query

PROVIDER = Provider(
    name="linkedin",
    title="LinkedIn",
    docs="https://learn.microsoft.com/linkedin/shared/api-guide/webhook-validation",
    scheme=SignatureScheme(signature=Header("X-LI-Signature"), signed="hmacsha256={body}"),
    event_type=(Json("type"),),
    event_id=(Json("notifications.0.notificationId"), Json("notificationId")),
    marks=("X-LI-Signature",),
    secret_hint="Developer Portal, the app, Auth: the Client Secret",
    secret_env="LINKEDIN_CLIENT_SECRET",
    handshakes=(
        Handshake(
            "challenge",
            "GET",
            challenge=Query("challengeCode"),
            proof=mac(),
            reply={"challengeCode": "{challenge}", "challengeResponse": "{proof}"},
        ),
    ),
    events=("ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS",),
    confidence="medium",
)
