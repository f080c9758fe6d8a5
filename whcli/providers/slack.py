"""Slack: events as JSON, slash commands and interactions as forms, one signature for all three."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Json

PAYLOAD = Form("payload")

PROVIDER = Provider(
    name="slack",
    title="Slack",
    docs="https://docs.slack.dev/authentication/verifying-requests-from-slack",
    scheme=SignatureScheme(
        signature=Header("X-Slack-Signature"),
        timestamp=Header("X-Slack-Request-Timestamp"),
        signed="v0:{timestamp}:{body}",
        prefix="v0=",
        new="{short}",
    ),
    event_type=(Json("event.type"), Json("type"), Form("command"), Json("type", inside=PAYLOAD)),
    event_id=(Json("event_id"), Form("trigger_id"), Json("trigger_id", inside=PAYLOAD)),
    marks=("X-Slack-Signature", "X-Slack-Request-Timestamp"),
    handshakes=(
        Handshake(
            "url_verification",
            when=((Json("type"), "url_verification"),),
            challenge=Json("challenge"),
            reply="{challenge}",
            also={"challenge": "{challenge}"},
            signed=True,
            sample={"token": "Jhj5dZrVaK7ZwHHjRyZWjbDl", "challenge": "{challenge}", "type": "url_verification"},
        ),
    ),
    secret_hint="api.slack.com, your app, Basic Information, Signing Secret",
    secret_env="SLACK_SIGNING_SECRET",
)
