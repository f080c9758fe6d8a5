"""Notion: the verification token that came first is the key of all that follows."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="notion",
    title="Notion",
    docs="https://developers.notion.com/reference/webhooks",
    scheme=SignatureScheme(signature=Header("X-Notion-Signature"), prefix="sha256=", new="secret_{hex}"),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("X-Notion-Signature",),
    secret_hint="the verification_token of the first call; `whcli list --provider notion` finds it",
    secret_env="NOTION_VERIFICATION_TOKEN",
    handshakes=(
        Handshake(
            "verification",
            when=((Json("verification_token"), None),),
            sample={"verification_token": "secret_{challenge}"},
            hint="Paste the verification_token of the body into the webhook at Notion; it is the secret, too.",
        ),
    ),
    events=(
        "page.created",
        "page.content_updated",
        "comment.created",
        "database.schema_updated",
        "data_source.content_updated",
    ),
)
