"""Figma: a passcode within the body, so there is nothing to sign with."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Json

PROVIDER = Provider(
    name="figma",
    title="Figma",
    docs="https://developers.figma.com/docs/rest-api/webhooks-security/",
    scheme=CredentialScheme(Json("passcode")),
    event_type=(Json("event_type"),),
    event_id=(
        Joined(Json("webhook_id"), Json("comment_id"), Json("timestamp"), by=":"),
        Joined(Json("webhook_id"), Json("file_key"), Json("timestamp"), by=":"),
    ),
    marks=(),
    secret_hint="the passcode that you gave when the webhook was made",
    secret_env="FIGMA_PASSCODE",
    events=("FILE_UPDATE", "FILE_COMMENT", "FILE_VERSION_UPDATE", "LIBRARY_PUBLISH", "PING"),
    confidence="medium",
)
