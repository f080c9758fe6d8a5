"""Strapi: whatever headers were set for the webhook, one of which may hold a token."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.params import Param
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="strapi",
    title="Strapi",
    docs="https://docs.strapi.io/cms/backend-customization/webhooks",
    scheme=CredentialScheme(
        Header("{param:header}"),
        params=(Param("header", "The header that you had the token put in.", "Authorization"),),
    ),
    event_type=(Header("X-Strapi-Event"), Json("event")),
    event_id=(),
    marks=("X-Strapi-Event",),
    secret_hint="the value of the header that you set for the webhook, whole",
    secret_env="STRAPI_WEBHOOK_TOKEN",
    events=("entry.create", "entry.publish", "media.create"),
)
