"""Box: a header for each of two keys; the body comes first, then the time."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Header, Json

PROVIDER = Provider(
    name="box",
    title="Box",
    docs="https://developer.box.com/guides/webhooks/v2/signatures-v2/",
    scheme=SignatureScheme(
        signature=AnyHeader("BOX-SIGNATURE-PRIMARY", "BOX-SIGNATURE-SECONDARY"),
        timestamp=Header("BOX-DELIVERY-TIMESTAMP"),
        time="iso",
        tolerance=timedelta(minutes=10),
        signed="{body}{timestamp}",
        encoding="base64",
        adds=((Header("BOX-SIGNATURE-VERSION"), "1"), (Header("BOX-SIGNATURE-ALGORITHM"), "HmacSHA256")),
    ),
    event_type=(Json("trigger"),),
    event_id=(Json("id"),),
    marks=("BOX-SIGNATURE-PRIMARY", "BOX-DELIVERY-TIMESTAMP"),
    secret_hint="Developer Console, your app, Webhooks, Manage signature keys",
    secret_env="BOX_PRIMARY_KEY",
    events=("FILE.UPLOADED", "FILE.DELETED", "FOLDER.CREATED", "COMMENT.CREATED"),
    other_marks=(("BOX-SIGNATURE-SECONDARY", "BOX-DELIVERY-TIMESTAMP"),),
)
