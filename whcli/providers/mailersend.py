"""MailerSend: a common header. An endpoint is tested first, with a signature by a secret that is public."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

TEST = "webhook.test"

PROVIDER = Provider(
    name="mailersend",
    title="MailerSend",
    docs="https://developers.mailersend.com/api/v1/webhooks.html",
    scheme=SignatureScheme(signature=Header("Signature")),
    event_type=(Json("type"),),
    event_id=(Json("data.id"),),
    marks=(),
    secret_hint="The domain's Webhooks, the webhook's Signing Secret",
    secret_env="MAILERSEND_SIGNING_SECRET",
    handshakes=(
        Handshake(TEST, when=((Json("type"), TEST),), sample={"type": TEST, "message": "This is a ping test message"}),
    ),
    events=("activity.sent", "activity.delivered", "activity.opened", "activity.hard_bounced", TEST),
    confidence="medium",
)
