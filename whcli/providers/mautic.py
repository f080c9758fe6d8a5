"""Mautic: the body alone, in which the names of what happened are the keys."""

from __future__ import annotations

import json

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Slot, parse_json


class FirstKey(Slot):
    """The first event in the body: there may be several, each with a list."""

    name = "the first key"
    where = "the first mautic.… key of the JSON body"

    def lines(self, request: Request) -> list[bytes]:
        """At most one name."""
        document = parse_json(request.body)
        keys = document if isinstance(document, dict) else ()
        return [key.encode("utf-8", "backslashreplace") for key in keys if key.startswith("mautic.")][:1]

    def put(self, request: Request, value: bytes) -> Request:
        """A body of that event alone, with nothing in it."""
        return request._replace(body=json.dumps({value.decode(): [{}]}).encode())


PROVIDER = Provider(
    name="mautic",
    title="Mautic",
    docs="https://devdocs.mautic.org/en/latest/webhooks/getting_started.html",
    scheme=SignatureScheme(signature=Header("Webhook-Signature"), encoding="base64"),
    event_type=(FirstKey(),),
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
