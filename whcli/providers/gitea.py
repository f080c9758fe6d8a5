"""Gitea, Forgejo and Gogs: the JSON is signed, also where it comes in a form's field or, by GET, in the URL."""

from __future__ import annotations

from whcli.http import Request, pieces
from whcli.providers.base import Provider
from whcli.signing import FirstOf
from whcli.signing.content import form_fields
from whcli.signing.reading import Unsignable, one
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Query, is_form


def _payload(request: Request) -> bytes:
    """The JSON, wherever it is. Raises Unsignable for more than that: it would go unsigned."""
    body = b"".join(pieces(request.body))
    if request.method == "GET" and not body:
        return one(Query("payload"), request)
    if not is_form(request):
        return body
    fields = form_fields(request)
    if [name for name, _ in fields] != [b"payload"]:
        raise Unsignable("The form is not the one field payload.")
    return fields[0][1]


GITEA = SignatureScheme(signature=Header("X-Gitea-Signature"), signed="{payload}", parts={"payload": _payload})

PROVIDER = Provider(
    name="gitea",
    title="Gitea",
    docs="https://docs.gitea.com/usage/repository/webhooks",
    scheme=FirstOf((GITEA, GITEA._replace(signature=Header("X-Gogs-Signature")))),
    event_type=(Header("X-Gitea-Event"), Header("X-Gogs-Event")),
    event_id=(Header("X-Gitea-Delivery"), Header("X-Gogs-Delivery")),
    marks=(
        "X-Gitea-Event",
        "X-Gitea-Delivery",
        "X-Gitea-Signature",
    ),
    secret_hint="Repository settings, Webhooks, the webhook's Secret",
    secret_env="GITEA_WEBHOOK_SECRET",
    other_marks=(("X-Gogs-Event", "X-Gogs-Delivery", "X-Gogs-Signature"),),
    events=(
        "push",
        "pull_request",
        "issues",
        "create",
        "release",
    ),
)
