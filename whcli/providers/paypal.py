"""PayPal: RSA over id, time, the webhook's id and the body's CRC-32, by a certificate whose place the request tells."""

from __future__ import annotations

from whcli.providers.base import Provider
from whcli.signing import FirstOf, Param
from whcli.signing.params import Fetched
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

RSA = SignatureScheme(
    signature=Header("PAYPAL-TRANSMISSION-SIG"),
    timestamp=Header("PAYPAL-TRANSMISSION-TIME"),
    time="iso",
    tolerance=None,
    id=Header("PAYPAL-TRANSMISSION-ID"),
    signed="{id}|{timestamp}|{param:webhook_id}|{crc32}",
    algorithm="rsa-sha256",
    encoding="base64",
    public="pem",
    params=(Param("webhook_id", "The id of the webhook, as developer.paypal.com shows it beside the app's webhooks."),),
    fetched=Fetched(
        named=Header("PAYPAL-CERT-URL"),
        allowed=r"https://api(-m)?(\.sandbox)?\.paypal\.com/v1/notifications/certs/[\w-]{1,100}",
    ),
    adds=(
        (Header("PAYPAL-AUTH-ALGO"), "SHA256withRSA"),
        (Header("PAYPAL-CERT-URL"), "https://api.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-a5cafa77"),
    ),
)

PROVIDER = Provider(
    name="paypal",
    title="PayPal",
    docs="https://developer.paypal.com/api/rest/webhooks/rest/",
    scheme=FirstOf(
        (RSA._replace(algorithm="rsa-sha1", when=(Header("PAYPAL-AUTH-ALGO"), b"SHA1withRSA")), RSA), usual=1
    ),
    event_type=(Json("event_type"),),
    event_id=(Json("id"), Header("PAYPAL-TRANSMISSION-ID")),
    marks=("PAYPAL-TRANSMISSION-SIG", "PAYPAL-TRANSMISSION-ID"),
    secret_hint="The certificate is fetched; or file:paypal.pem",
    secret_env="PAYPAL_CERTIFICATE",
    events=(
        "PAYMENT.CAPTURE.COMPLETED",
        "CHECKOUT.ORDER.APPROVED",
        "BILLING.SUBSCRIPTION.ACTIVATED",
        "PAYMENT.SALE.COMPLETED",
    ),
)
