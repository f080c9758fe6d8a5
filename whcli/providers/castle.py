"""Castle: the body, keyed with the API secret."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="castle",
    title="Castle",
    docs="https://docs.castle.io/docs/webhooks",
    scheme=SignatureScheme(signature=Header("X-Castle-Signature"), encoding="base64", new="{short}"),
    event_type=(Json("type"),),
    event_id=(Joined(Json("type"), Json("data.id"), Json("created_at"), by=":"),),
    marks=("X-Castle-Signature",),
    secret_hint="Dashboard, Settings, API: the API secret",
    secret_env="CASTLE_API_SECRET",
    events=("$incident.confirmed", "$review.opened", "$policy.matched", "$list_item.created"),
)
