"""Mautic: the body alone, in which the names of what happened are the keys."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.keyed import FirstKey
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="mautic",
    title="Mautic",
    docs="https://devdocs.mautic.org/en/latest/webhooks/getting_started.html",
    scheme=SignatureScheme(signature=Header("Webhook-Signature"), encoding="base64"),
    event_type=(FirstKey("the first mautic.… key of the JSON body", lambda key: key.startswith("mautic.")),),
    event_id=(),
    marks=("Webhook-Signature", "X-Origin-Base-URL"),
    secret_hint="Settings, Webhooks, the webhook's secret",
    secret_env="MAUTIC_WEBHOOK_SECRET",
    events=(
        "mautic.lead_post_save_new",
        "mautic.lead_post_save_update",
        "mautic.form_on_submit",
        "mautic.email_on_open",
    ),
)
