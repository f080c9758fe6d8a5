"""Sanity: time and signature with a comma between, or a space; milliseconds; base64url without padding."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import AnyOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Pair

HEADER = "sanity-webhook-signature"


def _scheme(separator: str) -> SignatureScheme:
    return SignatureScheme(
        signature=Pair(HEADER, "v1", separator=separator),
        timestamp=Pair(HEADER, "t", separator=separator),
        time="ms",
        tolerance=None,
        signed="{timestamp}.{body}",
        encoding="base64url",
    )


PROVIDER = Provider(
    name="sanity",
    title="Sanity",
    docs="https://www.sanity.io/docs/webhooks",
    scheme=AnyOf((_scheme(","), _scheme(" "))),
    event_type=(Header("sanity-operation"),),
    event_id=(Header("idempotency-key"),),
    marks=("sanity-webhook-signature",),
    secret_hint="sanity.io/manage, API, Webhooks, the webhook's Secret",
    secret_env="SANITY_WEBHOOK_SECRET",
    events=("create", "update", "delete"),
)
