"""MongoDB Atlas, Cloud Manager and Ops Manager: HMAC-SHA1 in base64, where a secret is set."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

STATE = Header("X-MMS-Event")

PROVIDER = Provider(
    name="mongodb",
    title="MongoDB Atlas",
    docs="https://www.mongodb.com/docs/atlas/tutorial/webhook-integration/",
    scheme=SignatureScheme(signature=Header("X-MMS-Signature"), algorithm="hmac-sha1", encoding="base64"),
    event_type=(STATE, Json("eventTypeName")),
    event_id=(Joined(Json("id"), STATE, Json("updated"), by=":"), Joined(Json("id"), STATE, by=":")),
    marks=("X-MMS-Event",),
    secret_hint="Project Integrations, Webhook Settings, Webhook Secret: the text that you chose",
    secret_env="ATLAS_WEBHOOK_SECRET",
    events=(
        "alert.open",
        "alert.close",
        "alert.update",
        "alert.acknowledge",
        "alert.cancel",
        "alert.inform",
    ),
)
