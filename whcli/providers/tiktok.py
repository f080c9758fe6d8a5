"""TikTok for Developers: time and signature in one header; its age is left to the receiver."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair

PROVIDER = Provider(
    name="tiktok",
    title="TikTok",
    docs="https://developers.tiktok.com/doc/webhooks-verification",
    scheme=SignatureScheme(
        signature=Pair("TikTok-Signature", "s"),
        timestamp=Pair("TikTok-Signature", "t"),
        signed="{timestamp}.{body}",
        tolerance=None,
    ),
    event_type=(Json("event"),),
    event_id=(Joined(Json("event"), Json("user_openid"), Json("create_time"), by=":"),),
    marks=("TikTok-Signature",),
    secret_hint="developers.tiktok.com, Manage apps, your app: Client secret",
    secret_env="TIKTOK_CLIENT_SECRET",
    events=(
        "authorization.removed",
        "video.upload.failed",
        "video.publish.completed",
        "portability.download.ready",
    ),
)
