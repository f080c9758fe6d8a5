"""Onfleet: HMAC-SHA512, with a key that is shown in hex."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import echo
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Query

PROVIDER = Provider(
    name="onfleet",
    title="Onfleet",
    docs="https://docs.onfleet.com/reference/webhooks",
    scheme=SignatureScheme(signature=Header("X-Onfleet-Signature"), algorithm="hmac-sha512", key="hex"),
    event_type=(Json("triggerName"), Json("triggerId")),
    event_id=(Joined(Json("triggerId"), Json("taskId"), Json("time"), by=":"),),
    marks=("X-Onfleet-Signature",),
    secret_hint="Dashboard, Settings, API & Webhooks: the webhook secret, in hex",
    secret_env="ONFLEET_WEBHOOK_SECRET",
    handshakes=(echo(Query("check"), name="check"),),
    events=("taskStarted", "taskArrival", "taskCompleted"),
    confidence="medium",
)
