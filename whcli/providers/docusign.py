"""Docusign Connect: a header for each of up to a hundred keys. Keys look like base64 and are used as text."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Json

PROVIDER = Provider(
    name="docusign",
    title="Docusign Connect",
    docs="https://developers.docusign.com/platform/webhooks/connect/hmac/",
    scheme=SignatureScheme(
        signature=AnyHeader(*(f"X-DocuSign-Signature-{number}" for number in range(1, 101))),
        encoding="base64",
        new="{base64}",
    ),
    event_type=(Json("event"),),
    event_id=(),
    marks=("X-DocuSign-Signature-1",),
    secret_hint="Settings, Connect, Connect Keys",
    secret_env="DOCUSIGN_CONNECT_KEY",
    events=("envelope-sent", "envelope-delivered", "envelope-completed", "recipient-completed"),
)
