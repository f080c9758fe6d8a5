"""HubSpot: three versions side by side; the first two are plain hashes that begin with the secret."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

OLD, VERSION = Header("X-HubSpot-Signature"), Header("X-HubSpot-Signature-Version")

PROVIDER = Provider(
    name="hubspot",
    title="HubSpot",
    docs="https://developers.hubspot.com/docs/apps/legacy-apps/authentication/validating-requests",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=Header("X-HubSpot-Signature-v3"),
                timestamp=Header("X-HubSpot-Request-Timestamp"),
                time="ms",
                signed="{method}{url}{body}{timestamp}",
                encoding="base64",
            ),
            SignatureScheme(
                signature=OLD, signed="{secret}{method}{url}{body}", algorithm="sha256", when=(VERSION, b"v2")
            ),
            SignatureScheme(signature=OLD, signed="{secret}{body}", algorithm="sha256", when=(VERSION, b"v1")),
        )
    ),
    event_type=(Json("0.subscriptionType"), Json("subscriptionType")),
    event_id=(
        Joined(Json("0.subscriptionId"), Json("0.eventId"), Json("0.occurredAt"), by=":"),
        Joined(Json("subscriptionId"), Json("eventId"), Json("occurredAt"), by=":"),
    ),
    marks=("X-HubSpot-Signature-v3",),
    secret_hint="developers.hubspot.com, your app, Auth, Client secret",
    secret_env="HUBSPOT_CLIENT_SECRET",
    events=("contact.creation", "contact.propertyChange", "deal.creation", "company.deletion"),
    other_marks=(("X-HubSpot-Signature", "X-HubSpot-Signature-Version"),),
)
