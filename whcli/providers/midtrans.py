"""Midtrans: a plain hash that ends with the server key, over a few fields of the body, one of which it is in."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import AnyOf
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json

PAYMENT = SignatureScheme(
    signature=Json("signature_key"),
    signed="{json:order_id}{json:status_code}{json:gross_amount}{secret}",
    algorithm="sha512",
    note="Only order, status code and amount are covered, of Pay Account its id and statuses: ask for the rest.",
)

PROVIDER = Provider(
    name="midtrans",
    title="Midtrans",
    docs="https://docs.midtrans.com/reference/handle-notifications",
    scheme=AnyOf(
        (PAYMENT, PAYMENT._replace(signed="{json:account_id}{json:account_status}{json:status_code}{secret}"))
    ),
    event_type=(Json("transaction_status"), Json("account_status")),
    event_id=(
        Joined(Json("transaction_id"), Json("transaction_status"), by=":"),
        Joined(Json("account_id"), Json("account_status"), by=":"),
    ),
    marks=(),
    secret_hint="Dashboard, Settings, Access Keys: the Server Key",
    secret_env="MIDTRANS_SERVER_KEY",
    events=(
        "settlement",
        "capture",
        "pending",
        "expire",
        "deny",
    ),
)
