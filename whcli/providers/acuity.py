"""Acuity Scheduling: a form, signed whole with the API key."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header

PROVIDER = Provider(
    name="acuity",
    title="Acuity Scheduling",
    docs="https://developers.acuityscheduling.com/docs/webhooks",
    scheme=SignatureScheme(signature=Header("X-Acuity-Signature"), encoding="base64", new="{short}"),
    event_type=(Form("action"),),
    event_id=(),
    marks=("X-Acuity-Signature",),
    secret_hint="Integrations, API: the API key of the main admin",
    secret_env="ACUITY_API_KEY",
    events=("scheduled", "rescheduled", "canceled", "changed", "order.completed"),
)
