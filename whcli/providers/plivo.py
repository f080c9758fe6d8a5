"""Plivo: the URL with its query sorted, the sorted fields of the form, and a nonce."""

from __future__ import annotations

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.content import sorted_params
from whcli.signing.joined import Joined
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Form, Header, Items, parse_form


def _sorted(request: Request) -> bytes:
    """The URL with its query decoded and sorted, and the fields of a form; a dot between where both are there.

    As Plivo's libraries have it, the question mark stands for a form without a query too.
    """
    address, _, query = request.url.partition("?")
    fields = sorted(parse_form(query.encode("utf-8", "backslashreplace")) or ())
    params = sorted_params(request) if request.method == "POST" else b""
    written = b"?" + b"&".join(key + b"=" + value for key, value in fields) if fields or params else b""
    return address.encode("utf-8", "backslashreplace") + written + (b"." if fields and params else b"") + params


def _bare(request: Request) -> bytes:
    return request.url.partition("?")[0].encode("utf-8", "backslashreplace")


PROVIDER = Provider(
    name="plivo",
    title="Plivo",
    docs="https://www.plivo.com/docs/voice/concepts/signature-validation",
    scheme=FirstOf(
        (
            SignatureScheme(
                signature=Items("X-Plivo-Signature-V3"),
                signed="{url_sorted}.{header:X-Plivo-Signature-V3-Nonce}",
                encoding="base64",
                parts={"url_sorted": _sorted},
                note="A body that is no form is not covered.",
            ),
            SignatureScheme(
                signature=Header("X-Plivo-Signature-V2"),
                signed="{url_bare}{header:X-Plivo-Signature-V2-Nonce}",
                encoding="base64",
                parts={"url_bare": _bare},
                note="Neither the query nor the body is covered.",
            ),
        )
    ),
    event_type=(Form("Event"), Form("CallStatus"), Form("Status")),
    event_id=(Joined(Form("MessageUUID"), Form("Status"), by=":"),),
    marks=("X-Plivo-Signature-V3", "X-Plivo-Signature-V3-Nonce"),
    secret_hint="console.plivo.com, Overview, Auth Token",
    secret_env="PLIVO_AUTH_TOKEN",
    events=("Ring", "StartApp", "Hangup"),
    other_marks=(("X-Plivo-Signature-V2", "X-Plivo-Signature-V2-Nonce"),),
)
