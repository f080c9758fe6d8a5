"""Persona: as Stripe; while a secret is rotated, the whole of it comes twice, with a space between."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Pair


class Twice(Header):
    """`t=1,v1=a t=1,v1=b`, read as `t=1,v1=a,v1=b`; of two different times, the second is not understood."""

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header, as one list."""
        return [_joined(line) for line in super().lines(request)]


def _joined(line: bytes) -> bytes:
    first, _, second = line.partition(b" ")
    time, comma, signature = first.partition(b",")
    again = time + comma
    if not signature or first.endswith(b",") or not second.startswith(again):
        return line
    return first + b"," + second.removeprefix(again)


SIGNATURE = Twice("Persona-Signature")

PROVIDER = Provider(
    name="persona",
    title="Persona",
    docs="https://docs.withpersona.com/docs/webhooks-best-practices",
    scheme=SignatureScheme(
        signature=Pair(SIGNATURE, "v1"),
        timestamp=Pair(SIGNATURE, "t"),
        signed="{timestamp}.{body}",
        new="wbhsec_{hex}",
    ),
    event_type=(Json("data.attributes.name"),),
    event_id=(Json("data.id"),),
    marks=("Persona-Signature",),
    secret_hint="Dashboard, Webhooks, the webhook's secret: wbhsec_…",
    secret_env="PERSONA_WEBHOOK_SECRET",
    events=("inquiry.completed", "inquiry.approved", "verification.passed", "report/watchlist.ready"),
)
