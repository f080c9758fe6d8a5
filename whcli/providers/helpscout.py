"""Help Scout: the body under SHA-1, in base64; the event's name is in a header."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="helpscout",
    title="Help Scout",
    docs="https://developer.helpscout.com/webhooks/",
    scheme=SignatureScheme(signature=Header("X-HelpScout-Signature"), algorithm="hmac-sha1", encoding="base64"),
    event_type=(Header("X-HelpScout-Event"),),
    event_id=(),
    marks=("X-HelpScout-Signature", "X-HelpScout-Event"),
    secret_hint="Manage, Apps, Webhooks: the secret key that you gave",
    secret_env="HELPSCOUT_WEBHOOK_SECRET",
    events=("convo.created", "convo.assigned", "convo.customer.reply.created", "customer.created"),
)
