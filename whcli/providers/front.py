"""Front: webhooks of an app sign time and body; those of a rule, under the same header, the body with SHA-1."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

TIME = Header("X-Front-Request-Timestamp")


class Dated(Header):
    """A header that counts where the time is with it: what an app's webhook differs by from a rule's."""

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header, or none where there is no time."""
        return super().lines(request) if TIME.lines(request) else []


APP = SignatureScheme(
    signature=Dated("X-Front-Signature"), timestamp=TIME, time="ms", signed="{timestamp}:{body}", encoding="base64"
)
RULE = SignatureScheme(signature=Header("X-Front-Signature"), algorithm="hmac-sha1", encoding="base64")

PROVIDER = Provider(
    name="front",
    title="Front",
    docs="https://dev.frontapp.com/docs/application-webhooks",
    scheme=FirstOf((APP, RULE)),
    event_type=(Json("type"),),
    event_id=(Json("payload.id"), Json("id")),
    marks=("X-Front-Signature",),
    secret_hint="Developers, the app, Basic information: the app secret; for rule webhooks, the API secret",
    secret_env="FRONT_APP_SECRET",
    handshakes=(
        Handshake(
            "sync",
            when=((Json("type"), "sync"),),
            challenge=Header("X-Front-Challenge"),
            reply="{challenge}",
            also={"challenge": "{challenge}"},
            signed=True,
            sample={"type": "sync", "authorization": {"id": "cmp_abc"}},
        ),
    ),
    events=("inbound_received", "outbound_sent", "conversation_archived", "new_comment_added"),
)
