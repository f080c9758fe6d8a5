"""Asana: the secret comes in a header once, is given back, and signs what follows."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

SECRET = Header("X-Hook-Secret")

PROVIDER = Provider(
    name="asana",
    title="Asana",
    docs="https://developers.asana.com/docs/webhooks-guide",
    scheme=SignatureScheme(signature=Header("X-Hook-Signature"), new="{short}"),
    event_type=(Joined(Json("events.0.resource.resource_type"), Json("events.0.action")),),
    event_id=(),
    marks=("X-Hook-Signature",),
    secret_hint="the X-Hook-Secret header of the first call to the endpoint",
    secret_env="ASANA_HOOK_SECRET",
    handshakes=(
        Handshake(
            "hook-secret",
            challenge=SECRET,
            back=SECRET,
            hint="The X-Hook-Secret header of the request is the secret of all that follow: set it for the endpoint.",
        ),
    ),
    events=("task.added", "task.changed", "story.added", "project.changed"),
)
