"""monday.com: a token that names the URL; the body is not covered. Webhooks of a board alone bear none."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.jwt import Bound, JwtScheme, url
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="monday",
    title="monday.com",
    docs="https://developer.monday.com/apps/docs/authorization-header",
    scheme=JwtScheme(
        Header("Authorization"),
        bound=(Bound("aud", url, "URL"),),
        times=("iat", "exp"),
        note="The body is not covered by it.",
    ),
    event_type=(Json("event.type"), Json("type")),
    event_id=(Json("event.triggerUuid"),),
    marks=(),
    secret_hint="the app's Signing Secret; for events of the app's own life its Client Secret",
    secret_env="MONDAY_SIGNING_SECRET",
    handshakes=(
        Handshake(
            "challenge",
            challenge=Json("challenge"),
            reply={"challenge": "{challenge}"},
            sample={"challenge": "{challenge}"},
        ),
    ),
    events=("create_pulse", "update_column_value", "change_status", "create_update"),
)
