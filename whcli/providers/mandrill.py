"""Mandrill: the URL as registered, and the sorted fields of the form, of which one holds the events as JSON."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Json

EVENTS = Form("mandrill_events")

PROVIDER = Provider(
    name="mandrill",
    title="Mailchimp Transactional (Mandrill)",
    docs="https://mailchimp.com/developer/transactional/guides/track-respond-activity-webhooks/",
    scheme=SignatureScheme(
        signature=Header("X-Mandrill-Signature"),
        signed="{url}{params}",
        algorithm="hmac-sha1",
        encoding="base64",
        note="A body that is no form is not covered.",
    ),
    event_type=(Json("0.event", inside=EVENTS), Json("0.type", inside=EVENTS)),
    event_id=(Json("0._id", inside=EVENTS),),
    marks=("X-Mandrill-Signature",),
    handshakes=(quiet("check", "HEAD"), quiet("test", "POST", (Form("mandrill_events"), "[]"))),
    secret_hint="mandrillapp.com, Settings, Webhooks, the webhook's Key",
    secret_env="MANDRILL_WEBHOOK_KEY",
    events=("send", "open", "click", "hard_bounce", "reject", "inbound"),
    confidence="medium",
)
