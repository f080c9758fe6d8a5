"""Cloudinary: a plain hash that ends with the secret, SHA-1 or, by a setting of the account, SHA-256."""

from __future__ import annotations

from datetime import timedelta

from whcli.providers.base import Provider
from whcli.signing import AnyOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

SHA1 = SignatureScheme(
    signature=Header("X-Cld-Signature"),
    timestamp=Header("X-Cld-Timestamp"),
    tolerance=timedelta(hours=2),
    signed="{body}{timestamp}{secret}",
    algorithm="sha1",
)

PROVIDER = Provider(
    name="cloudinary",
    title="Cloudinary",
    docs="https://cloudinary.com/documentation/notification_signatures",
    scheme=AnyOf((SHA1, SHA1._replace(algorithm="sha256"))),
    event_type=(Json("notification_type"),),
    event_id=(Json("request_id"),),
    marks=("X-Cld-Signature", "X-Cld-Timestamp"),
    secret_hint="Console, Settings, API Keys: the API Secret",
    secret_env="CLOUDINARY_API_SECRET",
    events=("upload", "delete", "rename", "eager", "moderation"),
)
