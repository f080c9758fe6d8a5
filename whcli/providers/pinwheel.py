"""Pinwheel: version, time and body with colons between, by the API secret."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="pinwheel",
    title="Pinwheel",
    docs="https://docs.pinwheelapi.com/docs/webhook-signature-verification",
    scheme=SignatureScheme(
        signature=Header("X-Pinwheel-Signature"),
        timestamp=Header("X-Timestamp"),
        tolerance=None,
        signed="v2:{timestamp}:{body}",
        prefix="v2=",
    ),
    event_type=(Json("event"),),
    event_id=(Json("event_id"),),
    marks=(
        "X-Pinwheel-Signature",
        "X-Timestamp",
    ),
    secret_hint="Developer dashboard, API keys: the API secret",
    secret_env="PINWHEEL_API_SECRET",
    events=(
        "account.added",
        "employment.added",
        "income.added",
        "paystubs.fully_synced",
    ),
)
