"""Airtable: the body alone, by a key in base64. A notification says only that something changed."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="airtable",
    title="Airtable",
    docs="https://airtable.com/developers/web/api/webhooks-overview",
    scheme=SignatureScheme(
        signature=Header("X-Airtable-Content-MAC"), prefix="hmac-sha256=", key="base64", new="{base64}"
    ),
    event_type=(),
    event_id=(Joined(Json("webhook.id"), Json("timestamp"), by=":"),),
    marks=("X-Airtable-Content-MAC",),
    secret_hint="macSecretBase64 in the answer that made the webhook",
    secret_env="AIRTABLE_MAC_SECRET",
    events=(
        "tableData",
        "tableFields",
        "tableMetadata",
    ),
)
