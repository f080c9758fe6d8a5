"""PhonePe: a hash of user and password, the same with each callback."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing.credential import CredentialScheme
from whcli.signing.joined import Joined
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="phonepe",
    title="PhonePe",
    docs="https://developer.phonepe.com/v1/docs/handling-webhooks",
    scheme=CredentialScheme(Header("Authorization"), "sha256"),
    event_type=(Json("event"), Json("type")),
    event_id=(Joined(Json("payload.orderId"), Json("event"), by=":"),),
    marks=(),
    secret_hint="the user:password that you chose for the callback",
    secret_env="PHONEPE_CALLBACK_AUTH",
    events=("checkout.order.completed", "checkout.order.failed", "pg.refund.completed"),
)
