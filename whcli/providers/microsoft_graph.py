"""Microsoft Graph: each notification of a batch bears the clientState that the subscriber chose."""

from __future__ import annotations

from whcli.errors import UsageError
from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import echo
from whcli.signing.credential import CredentialScheme
from whcli.signing.slots import Json, Query, Slot, parse_json

MOST = 1000
"""Notifications looked at; a batch has a hundred at most."""


class EachState(Slot):
    """The one clientState of all notifications; where one has another or none, it counts as said more than once."""

    name, where, in_body = "value.clientState", "value.clientState in the JSON of the body", True

    def lines(self, request: Request) -> list[bytes]:
        """Each text that is there; an empty one for a notification without."""
        states = [found.lines(request) or [b""] for found in self._slots(request)]
        return list(dict.fromkeys(state for found in states for state in found)) if any(map(any, states)) else []

    def put(self, request: Request, value: bytes) -> Request:
        """The body with the text in every notification. Raises UsageError where there is none."""
        slots = self._slots(request)
        if not slots:
            raise UsageError("the body has no list of notifications named value")
        for slot in slots:
            request = slot.put(request, value)
        return request

    def _slots(self, request: Request) -> list[Json]:
        document = parse_json(request.body)
        value = document.get("value") if isinstance(document, dict) else None
        if not isinstance(value, list) or len(value) > MOST:
            return []
        return [Json(f"value.{number}.clientState") for number in range(len(value))]


PROVIDER = Provider(
    name="microsoft-graph",
    title="Microsoft Graph",
    docs="https://learn.microsoft.com/graph/change-notifications-delivery-webhooks",
    scheme=CredentialScheme(EachState()),
    event_type=(Json("value.0.lifecycleEvent"), Json("value.0.changeType")),
    event_id=(Json("value.0.id"),),
    marks=(),
    secret_hint="the clientState that you gave in the subscription",
    secret_env="MS_GRAPH_CLIENT_STATE",
    handshakes=(echo(Query("validationToken"), name="validation", method="POST"),),
    events=("created", "updated", "deleted", "missed", "reauthorizationRequired"),
)
