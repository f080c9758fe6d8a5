"""MailChannels: HTTP Message Signatures (RFC 9421) by Ed25519, over the Content-Digest, which is the body's hash."""

from __future__ import annotations

import re
from base64 import b64encode

from whcli import digest
from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.reading import Unsignable, one
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json, Slot

INPUT, DIGEST = Header("Signature-Input"), Header("Content-Digest")
LABELLED = re.compile(rb'(sig_\d{1,12})=(\("content-digest"\);created=(\d{1,12});alg="ed25519";keyid="([\w-]{1,64})")')
"""Label, parameters, time and key of the one signature that MailChannels makes."""


class Created(Slot):
    """The time among the parameters of Signature-Input; to write it is to write them all, and the digest."""

    name = INPUT.name
    where = f"created= in {INPUT.where}"

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header."""
        return INPUT.lines(request)

    def split(self, line: bytes) -> list[bytes]:
        """The time in digits."""
        found = LABELLED.fullmatch(line)
        return [found[3]] if found else []

    def put(self, request: Request, value: bytes) -> Request:
        """All parameters anew, and the digest of the body."""
        written = b'sig_%b=("content-digest");created=%b;alg="ed25519";keyid="mckey"' % (value, value)
        return INPUT.put(DIGEST.put(request, _digest(request)), written)

    def shape(self, value: str) -> str:
        """Label and parameters."""
        return f'sig_…=("content-digest");created={value};alg="ed25519";keyid="…"'


class Signature(Slot):
    """The signature under the label that Signature-Input has, between colons."""

    name = "Signature"
    where = "the Signature header"

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the header; its label has to be the other header's."""
        return [line for line in Header(self.name).lines(request) if line.startswith(_label(request) + b"=:")]

    def split(self, line: bytes) -> list[bytes]:
        """The base64 between the colons."""
        value = line.partition(b"=:")[2]
        return [value[:-1]] if value.endswith(b":") else []

    def put(self, request: Request, value: bytes) -> Request:
        """The signature under its label."""
        return Header(self.name).put(request, b"%b=:%b:" % (_label(request), value))

    def shape(self, value: str) -> str:
        """`sig_…=:<base64>:`."""
        return f"sig_…=:{value}:"


def _label(request: Request) -> bytes:
    found = LABELLED.fullmatch(next(iter(INPUT.lines(request)), b""))
    return found[1] if found else b"sig"


def _digest(request: Request) -> bytes:
    return b"sha-256=:%b:" % b64encode(digest.sha256(request.body))


def _base(request: Request) -> bytes:
    """The signature base (RFC 9421, 2.5). Raises Unsignable where the digest is not the body's."""
    if one(DIGEST, request) != _digest(request):
        raise Unsignable("The Content-Digest header is not the SHA-256 of the body.")
    found = LABELLED.fullmatch(one(INPUT, request))
    parameters = found[2] if found else b""
    return b'"content-digest": %b\n"@signature-params": %b' % (_digest(request), parameters)


PROVIDER = Provider(
    name="mailchannels",
    title="MailChannels",
    docs="https://docs.mailchannels.net/email-api/delivery-events/",
    scheme=SignatureScheme(
        signature=Signature(),
        timestamp=Created(),
        signed="{base}",
        parts={"base": _base},
        algorithm="ed25519",
        encoding="base64",
    ),
    event_type=(Json("0.event"),),
    event_id=(),
    marks=("Signature", "Signature-Input", "Content-Digest"),
    secret_hint="The public key that api.mailchannels.net serves for the keyid of Signature-Input",
    secret_env="MAILCHANNELS_PUBLIC_KEY",
    events=("delivered", "hard-bounced"),
    confidence="medium",
)
