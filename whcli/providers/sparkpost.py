"""SparkPost: batches of events, with a user and password or a bearer token that it was given."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.slots import Header, Json

GROUPS = ("message_event", "track_event", "gen_event", "unsubscribe_event", "relay_event")
"""What an event lies within, by its kind."""

PROVIDER = Provider(
    name="sparkpost",
    title="SparkPost",
    docs="https://developers.sparkpost.com/api/webhooks/",
    scheme=CredentialScheme(Header("Authorization"), "basic or bearer"),
    event_type=tuple(Json(f"0.msys.{group}.type") for group in GROUPS),
    event_id=(Header("X-MessageSystems-Batch-ID"),),
    marks=("X-MessageSystems-Batch-ID",),
    secret_hint="the user:password, or the token, that you set for the webhook",
    secret_env="SPARKPOST_WEBHOOK_AUTH",
    events=("delivery", "bounce", "open", "click", "spam_complaint"),
    confidence="medium",
)
