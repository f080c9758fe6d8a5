"""Atlassian Connect: a token that binds method, path and query of a call, not its body."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from urllib.parse import quote, unquote_plus

from whcli.http import Request, path_of, query_of
from whcli.providers.base import Provider
from whcli.signing.jwt import Bound, JwtScheme
from whcli.signing.slots import Header, Json


def query_hash(request: Request) -> str:
    """SHA-256 of method, path and sorted query, in Atlassian's canonical spelling; of an app at the host's root.

    Values of one name are joined by commas, the token itself (`jwt`) is left out.
    """
    query: dict[str, list[str]] = {}
    for field in query_of(request.url).partition("#")[0].split("&"):
        name, _, value = field.partition("=")
        if field and name != "jwt":
            query.setdefault(_encoded(name), []).append(_encoded(value))
    fields = "&".join(f"{name}={','.join(sorted(values))}" for name, values in sorted(query.items()))
    path = path_of(request.url).rstrip("/").replace("&", "%26") or "/"
    return sha256(f"{request.method.upper()}&{path}&{fields}".encode("utf-8", "backslashreplace")).hexdigest()


def _encoded(text: str) -> str:
    return quote(unquote_plus(text), safe="-._~")


PROVIDER = Provider(
    name="atlassian-connect",
    title="Atlassian Connect",
    docs="https://developer.atlassian.com/cloud/confluence/understanding-jwt/",
    scheme=JwtScheme(
        Header("Authorization"),
        algorithms=("HS256", "RS256"),
        prefix="JWT ",
        bound=(Bound("qsh", query_hash, "path"),),
        times=("iat", "exp"),
        life=timedelta(minutes=3),
        adds=(("iss", "6d91f0a5-8d30-3a8e-bd36-1c2e1f1c2d3e"),),  # the client key, by which apps find the secret
        note="The body is not covered by it.",
    ),
    event_type=(Json("webhookEvent"), Json("eventType")),
    event_id=(),
    marks=(),
    secret_hint="the sharedSecret of the `installed` call; of that call itself, the public key of its kid",
    secret_env="ATLASSIAN_SHARED_SECRET",
    events=("installed", "jira:issue_created", "page_created"),
)
