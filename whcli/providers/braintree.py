"""Braintree: the text of a form's field, by SHA-1 of the private key; a signature for each key pair in use."""

from __future__ import annotations

import hashlib
import hmac
import re
from base64 import b64decode, encodebytes

from whcli.errors import UsageError
from whcli.http import Request
from whcli.providers.base import Provider
from whcli.providers.handshakes import Handshake
from whcli.signing import AnyOf, Param
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Items, Query

PUBLIC_KEY = Param("public_key", "The public key of the pair, from Control Panel, API, Keys.")
PAYLOAD = Form("bt_payload")
OWN = ("kind",)
"""The names of a notification that can be told without the rest of it."""

EXACT = SignatureScheme(
    signature=Items(Form("bt_signature"), separator="&"),
    prefix="{param:public_key}|",
    signed="{form:bt_payload}",
    algorithm="hmac-sha1",
    key="sha1",
    params=(PUBLIC_KEY,),
    note="Only bt_payload is covered, which holds the whole notification.",
)


class Told(Form):
    """The first value of a name in the XML that bt_payload holds in base64."""

    def __init__(self, name: str) -> None:
        super().__init__(PAYLOAD.name)
        self.where = f"{name} in the XML of bt_payload"
        self.place = name
        self.element = re.compile(rf"<{name}(?: [^<>]*)?>([^<]*)</{name}>".encode())

    def lines(self, request: Request) -> list[bytes]:
        """At most one value."""
        found = [self.element.search(_decoded(line)) for line in PAYLOAD.lines(request)[:1]]
        return [match[1] for match in found if match]

    def put(self, request: Request, value: bytes) -> Request:
        """A notification that tells it, in place of what there is. Raises UsageError for a name within its subject."""
        if self.place not in OWN or not re.fullmatch(rb"\w+", value):
            raise UsageError(f"{self.where} is only read")
        told = f"<notification><{self.place}>{value.decode()}</{self.place}><subject></subject></notification>"
        return super().put(request, encodebytes(told.encode()))


def _decoded(text: bytes) -> bytes:
    try:
        return b64decode(text)
    except ValueError:
        return b""


def _proof(secret: str, challenge: str) -> str:
    key = hashlib.sha1(secret.encode(), usedforsecurity=False).digest()
    return hmac.digest(key, challenge.encode(), "sha1").hex()


PROVIDER = Provider(
    name="braintree",
    title="Braintree",
    docs="https://developer.paypal.com/braintree/docs/guides/webhooks/parse/python",
    scheme=AnyOf((EXACT, EXACT._replace(signed="{form:bt_payload}\n"))),
    event_type=(Told("kind"),),
    event_id=(Joined(Told("kind"), Told("id"), Told("timestamp"), by=":"),),
    marks=(),
    handshakes=(
        Handshake(
            "bt_challenge",
            "GET",
            challenge=Query("bt_challenge"),
            form="[a-f0-9]{20,32}",
            reply="{public_key}|{proof}",
            proof=_proof,
            needs=(PUBLIC_KEY,),
        ),
    ),
    secret_hint="Control Panel, API, Keys: the private key; the public key is --param public_key=…",
    secret_env="BRAINTREE_PRIVATE_KEY",
    events=(
        "check",
        "subscription_went_past_due",
        "subscription_charged_successfully",
        "dispute_opened",
        "disbursement",
    ),
)
