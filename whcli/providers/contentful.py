"""Contentful: a canonical request of method, escaped path, the headers that one of them lists, and the body."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

from whcli.http import Request, split_url
from whcli.providers.base import Provider
from whcli.signing.joined import Joined
from whcli.signing.reading import one
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import Header, Json

LISTED = Header("x-contentful-signed-headers")


def _path_escaped(request: Request) -> bytes:
    """Path and query as JavaScript's `encodeURI` has them; the query is escaped once more before."""
    path, _, query = split_url(request.url)[1].partition("?")
    escaped = quote(query, safe="-_.!~*'()")
    return quote(f"{path}?{escaped}" if query else path, safe=";,/?:@&=+$-_.!~*'()#").encode()


def _headers(request: Request) -> bytes:
    """The headers that are listed, as `name:value`, sorted, with semicolons between."""
    names = sorted({name.strip().lower() for name in one(LISTED, request).split(b",")})
    listed = [(name, request.headers.first(name)) for name in names]
    return b";".join(name + b":" + value.strip() for name, value in listed if value is not None)


PROVIDER = Provider(
    name="contentful",
    title="Contentful",
    docs="https://www.contentful.com/developers/docs/extensibility/app-framework/request-verification/",
    scheme=SignatureScheme(
        signature=Header("x-contentful-signature"),
        timestamp=Header("x-contentful-timestamp"),
        time="ms",
        tolerance=timedelta(seconds=30),
        signed="{method}\n{path_escaped}\n{headers}\n{body}",
        parts={"path_escaped": _path_escaped, "headers": _headers},
        adds=((LISTED, "x-contentful-signed-headers,x-contentful-timestamp"),),
    ),
    event_type=(Header("X-Contentful-Topic"),),
    event_id=(
        Joined(Header("X-Contentful-Topic"), Json("sys.id"), Json("sys.updatedAt"), by=":"),
        Joined(Header("X-Contentful-Topic"), Json("sys.id"), Json("sys.deletedAt"), by=":"),
    ),
    marks=("x-contentful-signature", "x-contentful-timestamp"),
    secret_hint="app.contentful.com, Organization settings, Apps, your app, Security: the signing secret",
    secret_env="CONTENTFUL_SIGNING_SECRET",
    events=("ContentManagement.Entry.publish", "ContentManagement.Entry.delete", "ContentManagement.Asset.create"),
)
