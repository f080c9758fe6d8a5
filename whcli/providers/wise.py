"""Wise: RSA by keys that its documentation shows, one for production and one for the sandbox."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

PROVIDER = Provider(
    name="wise",
    title="Wise",
    docs="https://docs.wise.com/guides/developer/webhooks/event-handling",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=Header("X-Signature-SHA256"), algorithm="rsa-sha256", encoding="base64", public="pem"
            ),
            SignatureScheme(signature=Header("X-Signature"), algorithm="rsa-sha1", encoding="base64", public="pem"),
        )
    ),
    event_type=(Json("event_type"),),
    event_id=(Header("X-Delivery-Id"),),
    marks=("X-Signature-SHA256", "X-Delivery-Id"),
    secret_hint="The public key in PEM, from the documentation: file:wise.pem",
    secret_env="WISE_PUBLIC_KEY",
    events=("transfers#state-change", "transfers#active-cases", "balances#credit", "balances#update"),
)
