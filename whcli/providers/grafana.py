"""Grafana Alerting, webhook contact points: the time is signed where a header for it was named."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Self

from whcli.http import Request, pieces
from whcli.providers.base import Provider
from whcli.signing import FirstOf, Param
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slot import fill
from whcli.signing.slots import Header, Json

TIMED = re.compile(rb"\d{9,12}:")
NAME = "X-Grafana-Alerting-Signature"
TIMESTAMP = Param(
    "timestamp_header",
    "The Timestamp Header of the contact point's HMAC signature; Grafana signs no time where it is empty.",
    "X-Grafana-Alerting-Timestamp",
)


class _Alone(Header):
    """The signature of a body that does not begin as if a time had been moved there out of its header."""

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header; none beside such a body, as the same content was signed for another."""
        beginning = next(iter(pieces(request.body)), b"")
        return [] if TIMED.match(beginning) else super().lines(request)


class _Beside(Header):
    """The signature where the other header is there, too, which changes what is signed."""

    def __init__(self, name: str, other: str) -> None:
        super().__init__(name)
        self.other = Header(other)

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header; none where the other is not there."""
        return super().lines(request) if self.other.lines(request) else []

    def bind(self, settings: Mapping[str, str]) -> Self:
        """The same beside the header that the user named."""
        return type(self)(self.name, fill(self.other.name, settings))


PROVIDER = Provider(
    name="grafana",
    title="Grafana Alerting",
    docs="https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=_Beside(NAME, "{param:timestamp_header}"),
                timestamp=Header("{param:timestamp_header}"),
                tolerance=None,
                signed="{timestamp}:{body}",
                params=(TIMESTAMP,),
            ),
            SignatureScheme(signature=_Alone(NAME)),
        ),
        usual=1,
    ),
    event_type=(Json("status"),),
    event_id=(),
    marks=(NAME,),
    secret_hint="Alerting, Contact points, the webhook's HMAC Signature: Secret",
    secret_env="GRAFANA_WEBHOOK_SECRET",
    events=("firing", "resolved"),
)
