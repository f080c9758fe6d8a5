"""TrueLayer: a detached JWS over method, path, headers and body; the key lies where the token says, of two places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from whcli.http import Request, path_of, pieces
from whcli.providers.base import Provider
from whcli.signing.detached import DetachedScheme
from whcli.signing.slots import Header, Json

TIME = Header("X-Tl-Webhook-Timestamp")
MOST_HEADERS = 32


def payloads(request: Request, header: Mapping[str, Any]) -> Sequence[bytes]:
    """What version 2 signs, the path with and without its last slash, as TrueLayer's own libraries try it."""
    names = str(header.get("tl_headers", "")).split(",")[:MOST_HEADERS]
    if header.get("tl_version") != "2" or TIME.name.lower() not in [name.lower() for name in names]:
        return ()
    lines = []
    for name in names:
        values = request.headers.all(name.encode("utf-8", "replace"))
        if len(values) != 1:
            return ()
        lines.append(name.encode() + b": " + values[0] + b"\n")
    path = path_of(request.url)
    body = b"".join((*lines, *pieces(request.body)))
    other = path.removesuffix("/") if path.endswith("/") else path + "/"
    return [f"{request.method} {each}\n".encode() + body for each in (path, other)]


PROVIDER = Provider(
    name="truelayer",
    title="TrueLayer",
    docs="https://docs.truelayer.com/docs/webhooks",
    scheme=DetachedScheme(
        signature=Header("Tl-Signature"),
        payloads=payloads,
        header={"tl_version": "2", "tl_headers": TIME.name},
        timestamp=TIME,
        key_urls=(
            "https://webhooks.truelayer.com/.well-known/jwks",
            "https://webhooks.truelayer-sandbox.com/.well-known/jwks",
        ),
    ),
    event_type=(Json("type"),),
    event_id=(Json("event_id"),),
    marks=("Tl-Signature", "X-Tl-Webhook-Timestamp"),
    secret_hint="none: the public key is fetched from webhooks.truelayer.com",
    secret_env="TRUELAYER_JWKS",
    events=("payment_executed", "payment_settled", "payment_failed", "payout_executed"),
)
