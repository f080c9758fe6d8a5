"""Postmark: no signature; a user and password within the webhook's URL."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

KIND, MESSAGE = Json("RecordType"), Json("MessageID")

PROVIDER = Provider(
    name="postmark",
    title="Postmark",
    docs="https://postmarkapp.com/developer/webhooks/webhooks-overview",
    scheme=CredentialScheme(Header("Authorization"), "basic"),
    event_type=(Json("RecordType"),),
    event_id=(
        Joined(KIND, MESSAGE, Json("DeliveredAt"), Json("Recipient"), by=":"),
        Joined(KIND, MESSAGE, Json("BouncedAt"), Json("Email"), by=":"),
        Joined(KIND, MESSAGE, Json("ReceivedAt"), Json("OriginalLink"), by=":"),
        Joined(KIND, MESSAGE, Json("ReceivedAt"), Json("Recipient"), by=":"),
        Joined(KIND, MESSAGE, Json("ChangedAt"), Json("Recipient"), by=":"),
    ),
    marks=(),
    secret_hint="the user:password that you set for the webhook",
    secret_env="POSTMARK_WEBHOOK_AUTH",
    events=("Delivery", "Bounce", "Open", "Click", "SpamComplaint", "Inbound"),
    confidence="medium",
)
