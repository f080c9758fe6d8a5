"""Stytch: sent through Svix. The names of its events are put together from three fields."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.families import standard_webhooks
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json


class _Lowered(Joined):
    """As the dashboard lists the names; the fields are in capitals."""

    def lines(self, request: Request) -> list[bytes]:
        """At most one, in small letters."""
        return [line.lower() for line in super().lines(request)]


PROVIDER = Provider(
    name="stytch",
    title="Stytch",
    docs="https://stytch.com/docs/workspace-management/webhooks",
    scheme=standard_webhooks("svix"),
    event_type=(_Lowered(Json("source"), Json("object_type"), Json("action")),),
    event_id=(Header("svix-id"), Json("event_id")),
    marks=(),
    secret_hint="Dashboard, Webhooks, the endpoint's Signing Secret: whsec_ and base64",
    secret_env="STYTCH_WEBHOOK_SECRET",
    events=("direct.user.create", "direct.user.update", "dashboard.member.update", "scim.member.create"),
)
