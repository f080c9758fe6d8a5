"""Netlify: a token that binds the body, and never grows old."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.jwt import Bound, JwtScheme, body_hex
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="netlify",
    title="Netlify",
    docs="https://docs.netlify.com/site-deploys/notifications/#payload-signature",
    scheme=JwtScheme(Header("X-Webhook-Signature"), bound=(Bound("sha256", body_hex),), fixed=(("iss", "netlify"),)),
    event_type=(Header("X-Netlify-Event"), Json("state")),
    event_id=(Joined(Json("id"), Json("state"), by=":"),),
    marks=("X-Netlify-Event", "X-Webhook-Signature"),
    secret_hint="the JWS secret token that you set for the notification",
    secret_env="NETLIFY_JWS_SECRET",
    events=("deploy_created", "deploy_building", "deploy_failed", "submission_created"),
    confidence="medium",
)
