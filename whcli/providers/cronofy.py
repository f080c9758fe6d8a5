"""Cronofy: signatures of all client secrets in use, with commas between."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Items, Json

PROVIDER = Provider(
    name="cronofy",
    title="Cronofy",
    docs="https://docs.cronofy.com/developers/push-notifications/authentication/",
    scheme=SignatureScheme(signature=Items("Cronofy-HMAC-SHA256"), encoding="base64", new="CRN_{short}"),
    event_type=(Json("notification.type"),),
    event_id=(),
    marks=("Cronofy-HMAC-SHA256",),
    secret_hint="app.cronofy.com, your application, Client secret",
    secret_env="CRONOFY_CLIENT_SECRET",
    events=("change", "verification"),
)
