"""Mailchimp Marketing: forms without a signature; a secret in the URL is what its makers advise."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import quiet
from whcli.signing.credential import Unsigned
from whcli.signing.joined import Joined
from whcli.signing.slots import Form

PROVIDER = Provider(
    name="mailchimp",
    title="Mailchimp Marketing",
    docs="https://mailchimp.com/developer/marketing/guides/sync-audience-data-webhooks/",
    scheme=Unsigned("Mailchimp Marketing signs nothing."),
    event_type=(Form("type"),),
    event_id=(Joined(Form("type"), Form("data[id]"), Form("fired_at"), by=":"),),
    marks=(),
    secret_hint="none: Mailchimp Marketing signs nothing",
    secret_env="",
    handshakes=(quiet("check", "GET"),),
    events=("subscribe", "unsubscribe", "profile", "cleaned", "campaign"),
    confidence="medium",
)
