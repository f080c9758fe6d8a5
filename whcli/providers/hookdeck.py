"""Hookdeck: signs what it passes on beside the headers that came; a second header while a secret is rolled."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import Param
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Header, Json

PROVIDER = Provider(
    name="hookdeck",
    title="Hookdeck",
    docs="https://hookdeck.com/docs/authentication",
    scheme=SignatureScheme(
        signature=AnyHeader("{param:header_prefix}-signature", "{param:header_prefix}-signature-2"),
        encoding="base64",
        params=(
            Param("header_prefix", "What the headers begin with, if the project's settings say so.", "x-hookdeck"),
        ),
    ),
    event_type=(Json("type"), Json("event")),
    event_id=(Header("x-hookdeck-eventid"),),
    marks=("x-hookdeck-signature", "x-hookdeck-eventid", "x-hookdeck-requestid", "x-hookdeck-source-name"),
    secret_hint="Project settings, Secrets: the signing secret",
    secret_env="HOOKDECK_WEBHOOK_SECRET",
    events=(),
    confidence="medium",
)
