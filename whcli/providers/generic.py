"""Any sender of your own: HMAC-SHA256 of the body in one header, in the manner of GitHub's."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="generic",
    title="Generic",
    docs="https://datatracker.ietf.org/doc/html/rfc2104",
    scheme=SignatureScheme(signature=Header("X-Webhook-Signature"), prefix="sha256="),
    event_type=(Json("type"), Json("event"), Header("X-Webhook-Event")),
    event_id=(Header("X-Webhook-Id"), Json("id")),
    marks=("X-Webhook-Signature",),
    secret_hint="The text that you and the sender agreed on",
    secret_env="WEBHOOK_SECRET",
)
