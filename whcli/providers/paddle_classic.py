"""Paddle Classic: RSA over the form's fields as PHP would serialize them, sorted, every value a string."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.content import form_fields
from whcli.signing.reading import Unsignable
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form


def _serialized(request: Request) -> bytes:
    """PHP's `serialize` of the fields but the signature, by key; lengths count bytes. Raises Unsignable."""
    fields = sorted((key, value) for key, value in form_fields(request) if key != b"p_signature")
    if len(dict(fields)) < len(fields):
        raise Unsignable("The form says a field twice, which Paddle never does.")
    texts = [text for field in fields for text in field]
    return b"a:%d:{%b}" % (len(fields), b"".join(b's:%d:"%b";' % (len(text), text) for text in texts))


PROVIDER = Provider(
    name="paddle-classic",
    title="Paddle Classic",
    docs="https://developer.paddle.com/classic/reference/webhooks/overview",
    scheme=SignatureScheme(
        signature=Form("p_signature"),
        signed="{serialized}",
        parts={"serialized": _serialized},
        algorithm="rsa-sha1",
        encoding="base64",
        public="pem",
    ),
    event_type=(Form("alert_name"),),
    event_id=(Form("alert_id"),),
    marks=(),
    secret_hint="vendors.paddle.com, Developer Tools, Public Key: file:paddle.pem",
    secret_env="PADDLE_PUBLIC_KEY",
    events=("subscription_created", "subscription_payment_succeeded", "payment_refunded"),
    confidence="medium",
)
