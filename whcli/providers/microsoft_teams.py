"""Microsoft Teams, outgoing webhooks: HMAC in the Authorization header, by a key in base64."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="microsoft-teams",
    title="Microsoft Teams",
    docs="https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-outgoing-webhook",
    scheme=SignatureScheme(
        signature=Header("Authorization"), prefix="HMAC ", encoding="base64", key="base64", new="{base64}"
    ),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=(),
    secret_hint="The security token that Teams shows once, when the outgoing webhook is made: base64",
    secret_env="TEAMS_SECURITY_TOKEN",
    events=("message",),
)
