"""Sonatype Nexus Repository and Lifecycle: HMAC-SHA1 in hex."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="sonatype",
    title="Sonatype Nexus",
    docs="https://help.sonatype.com/en/working-with-hmac-payloads.html",
    scheme=SignatureScheme(signature=Header("X-Nexus-Webhook-Signature"), algorithm="hmac-sha1"),
    event_type=(Header("X-Nexus-Webhook-ID"),),
    event_id=(Header("X-Nexus-Webhook-Delivery"),),
    marks=("X-Nexus-Webhook-ID", "X-Nexus-Webhook-Delivery"),
    secret_hint="The Secret Key of the webhook capability, or of the webhook in Lifecycle: the text that you chose",
    secret_env="NEXUS_WEBHOOK_SECRET",
    events=(
        "rm:repository:component",
        "rm:repository:asset",
        "rm:repository",
        "iq:applicationEvaluation",
        "iq:policyAlert",
    ),
)
