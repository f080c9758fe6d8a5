"""Alchemy: the body alone; a key that begins with whsec_ and is used as text."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="alchemy",
    title="Alchemy Notify",
    docs="https://www.alchemy.com/docs/reference/notify-api-quickstart",
    scheme=SignatureScheme(signature=Header("X-Alchemy-Signature"), new="whsec_{short}"),
    event_type=(Json("type"),),
    event_id=(Json("id"),),
    marks=("X-Alchemy-Signature",),
    secret_hint="Dashboard, Webhooks, the webhook's signing key: whsec_…",
    secret_env="ALCHEMY_SIGNING_KEY",
    events=("ADDRESS_ACTIVITY", "NFT_ACTIVITY", "GRAPHQL", "MINED_TRANSACTION"),
    confidence="medium",
)
