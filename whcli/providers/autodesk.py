"""Autodesk Platform Services: HMAC-SHA1 in hex behind `sha1hash=`."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="autodesk",
    title="Autodesk Platform Services",
    docs="https://aps.autodesk.com/en/docs/webhooks/v1/tutorials/how-to-verify-payload-signature/",
    scheme=SignatureScheme(signature=Header("x-adsk-signature"), prefix="sha1hash=", algorithm="hmac-sha1"),
    event_type=(Json("hook.event"),),
    event_id=(Header("x-adsk-delivery-id"),),
    marks=("x-adsk-delivery-id",),
    secret_hint="The token that you set with POST /webhooks/v1/tokens, or for the hook",
    secret_env="AUTODESK_WEBHOOK_TOKEN",
    events=("dm.version.added", "dm.version.modified", "dm.folder.added", "extraction.finished"),
    other_marks=(("x-adsk-signature",),),
)
