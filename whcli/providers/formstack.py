"""Formstack: the body alone; there is one kind of event, a form that was submitted."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Json

PROVIDER = Provider(
    name="formstack",
    title="Formstack",
    docs="https://developers.formstack.com/docs/webhook-setup",
    scheme=SignatureScheme(signature=Header("X-FS-Signature"), prefix="sha256="),
    event_type=(),
    event_id=(Json("UniqueID"), Form("UniqueID")),
    marks=("X-FS-Signature",),
    secret_hint="The form, Settings, Emails & Actions, the webhook: the HMAC key that you gave",
    secret_env="FORMSTACK_HMAC_KEY",
    events=(),
    confidence="medium",
)
