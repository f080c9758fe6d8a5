"""Lob: the time in a header of its own, in seconds or milliseconds."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="lob",
    title="Lob",
    docs="https://help.lob.com/print-and-mail/getting-data-and-results/using-webhooks",
    scheme=SignatureScheme(
        signature=Header("Lob-Signature"),
        timestamp=Header("Lob-Signature-Timestamp"),
        time="s or ms",
        tolerance=None,
        signed="{timestamp}.{body}",
    ),
    event_type=(Json("event_type.id"),),
    event_id=(Json("id"),),
    marks=("Lob-Signature", "Lob-Signature-Timestamp"),
    secret_hint="Dashboard, Webhooks, the webhook's secret",
    secret_env="LOB_WEBHOOK_SECRET",
    events=("postcard.created", "postcard.mailed", "letter.created", "letter.delivered", "check.in_transit"),
    confidence="medium",
)
