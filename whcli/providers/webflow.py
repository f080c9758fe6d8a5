"""Webflow: milliseconds, a colon, the body; only what an app or a site token made is signed."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="webflow",
    title="Webflow",
    docs="https://developers.webflow.com/data/docs/working-with-webhooks",
    scheme=SignatureScheme(
        signature=Header("x-webflow-signature"),
        timestamp=Header("x-webflow-timestamp"),
        time="ms",
        signed="{timestamp}:{body}",
    ),
    event_type=(Json("triggerType"),),
    event_id=(
        Joined(Json("payload.id"), Json("payload.submittedAt"), by=":"),
        Joined(Json("triggerType"), Json("payload.id"), Json("payload.lastUpdated"), by=":"),
    ),
    marks=("x-webflow-signature", "x-webflow-timestamp"),
    secret_hint="The app's client secret, or the secretKey shown when a site token makes the webhook",
    secret_env="WEBFLOW_WEBHOOK_SECRET",
    events=("form_submission", "site_publish", "collection_item_created", "ecomm_new_order"),
)
