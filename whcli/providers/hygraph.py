"""Hygraph: what is signed is compact JSON that holds the body as a string, the environment and the time."""

from __future__ import annotations

import json

from whcli.http import Request
from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.reading import Unsignable
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Json, Pair


def _string(request: Request) -> bytes:
    """The body as a JSON string, with no more escaped than JavaScript's `JSON.stringify` does. Raises Unsignable."""
    try:
        text = request.body.decode("utf-8") if isinstance(request.body, bytes) else None
    except UnicodeDecodeError:
        text = None
    if text is None:
        raise Unsignable("The body is not text in UTF-8, or too long to be held.")
    return json.dumps(text, ensure_ascii=False).encode()


PROVIDER = Provider(
    name="hygraph",
    title="Hygraph",
    docs="https://hygraph.com/docs/api-reference/basics/webhooks",
    scheme=SignatureScheme(
        signature=Pair("gcms-signature", "sign", separator=", "),
        timestamp=Pair("gcms-signature", "t", separator=", "),
        time="ms",
        tolerance=None,
        signed='{{"Body":{string},"EnvironmentName":"{pair:gcms-signature:env:, }","TimeStamp":{timestamp}}}',
        parts={"string": _string},
        encoding="base64",
        adds=(  # Hygraph's library reads by place: signature, environment, time
            (Pair("gcms-signature", "sign", separator=", "), ""),
            (Pair("gcms-signature", "env", separator=", "), "master"),
        ),
        new="{short}",
    ),
    event_type=(Json("operation"),),
    event_id=(Joined(Json("operation"), Json("data.id"), Json("data.updatedAt"), by=":"),),
    marks=("gcms-signature",),
    secret_hint="Project settings, Webhooks, the webhook's Secret key",
    secret_env="HYGRAPH_WEBHOOK_SECRET",
    events=("create", "update", "publish", "unpublish", "delete"),
)
