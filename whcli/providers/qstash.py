"""QStash: a token that binds body and URL for five minutes; the current key signs, the next one may."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.jwt import Bound, JwtScheme, body_base64url, url
from whcli.signing.slots import Header

PROVIDER = Provider(
    name="qstash",
    title="Upstash QStash",
    docs="https://upstash.com/docs/qstash/features/security",
    scheme=JwtScheme(
        Header("Upstash-Signature"),
        bound=(Bound("sub", url, "URL"), Bound("body", body_base64url)),
        fixed=(("iss", "Upstash"),),
        times=("iat", "nbf", "exp"),
        id_claim="jti",
    ),
    event_type=(),
    event_id=(Header("Upstash-Message-Id"),),
    marks=("Upstash-Signature",),
    secret_hint="Console, QStash, the current and the next signing key: give both",
    secret_env="QSTASH_CURRENT_SIGNING_KEY",
    events=("message", "schedule", "callback"),
)
