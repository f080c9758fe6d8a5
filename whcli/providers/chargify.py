"""Chargify, now Maxio Advanced Billing: the bytes of a form.

The MD5 beside it, of key and body, is not looked at: whoever saw one could add fields to it.
"""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header

PROVIDER = Provider(
    name="chargify",
    title="Maxio Advanced Billing (Chargify)",
    docs="https://docs.maxio.com/hc/en-us/articles/24266143173901-Webhooks-Overview",
    scheme=SignatureScheme(signature=Header("X-Chargify-Webhook-Signature-Hmac-Sha-256")),
    event_type=(Form("event"),),
    event_id=(Header("X-Chargify-Webhook-Id"), Form("id")),
    marks=("X-Chargify-Webhook-Signature-Hmac-Sha-256",),
    secret_hint="Config, Settings, Webhooks: the site's Shared Key",
    secret_env="CHARGIFY_SHARED_KEY",
    events=(
        "signup_success",
        "payment_success",
        "payment_failure",
        "subscription_state_change",
        "renewal_success",
    ),
    confidence="medium",
)
