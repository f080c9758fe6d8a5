"""Bolt: the body alone, in base64; a second header while the signing secret is being rolled."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Json

PROVIDER = Provider(
    name="bolt",
    title="Bolt",
    docs="https://help.bolt.com/developers/webhooks/hook-verification/",
    scheme=SignatureScheme(signature=AnyHeader("X-Bolt-Hmac-Sha256", "X-Bolt-Hmac-Sha256-Pending"), encoding="base64"),
    event_type=(Json("type"), Json("event")),
    event_id=(Joined(Json("type"), Json("id"), Json("date"), by=":"),),
    marks=("X-Bolt-Hmac-Sha256",),
    secret_hint="Merchant Dashboard, Developers, API, Keys: the Signing Secret",
    secret_env="BOLT_SIGNING_SECRET",
    events=(
        "payment",
        "auth",
        "capture",
        "credit",
        "void",
    ),
)
