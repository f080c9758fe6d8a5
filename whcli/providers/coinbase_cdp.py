"""Coinbase Developer Platform: Hook0's header of pairs; v0 covers time and body, v1 headers that it lists as well."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.reading import one
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair

SIGNATURE = "X-Hook0-Signature"
LISTED = Pair(SIGNATURE, "h")


def _values(request: Request) -> bytes:
    """What the headers listed hold, with dots between; nothing of one that is absent. Raises Refused."""
    return b".".join(b", ".join(request.headers.all(name)) for name in one(LISTED, request).split(b" "))


V0 = SignatureScheme(signature=Pair(SIGNATURE, "v0"), timestamp=Pair(SIGNATURE, "t"), signed="{timestamp}.{body}")
V1 = V0._replace(
    signature=Pair(SIGNATURE, "v1"),
    signed=f"{{timestamp}}.{{pair:{SIGNATURE}:h}}.{{values}}.{{body}}",
    parts={"values": _values},
    adds=((LISTED, "content-type x-event-id x-event-type"),),
)

PROVIDER = Provider(
    name="coinbase-cdp",
    title="Coinbase Developer Platform",
    docs="https://docs.cdp.coinbase.com/webhooks/verify-signatures",
    scheme=FirstOf((V1, V0)),
    event_type=(Json("eventType"), Json("event_type"), Header("X-Event-Type")),
    event_id=(Header("X-Event-Id"), Json("eventId"), Json("id")),
    marks=(SIGNATURE,),
    secret_hint="CDP Portal, Webhooks, the subscription's secret",
    secret_env="COINBASE_CDP_WEBHOOK_SECRET",
    events=("onchain.activity.detected",),
)
