"""Mistakes with the URL: it is signed as the provider called it, and known here as a proxy passed it on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, permutations
from urllib.parse import quote, unquote

from whcli.http import Request, split_url
from whcli.signing.content import with_other_port
from whcli.signing.diagnosis.case import Case, Repair

HOSTS = (b"x-forwarded-host", b"x-original-host", b"x-host", b"host")
PATHS = (b"x-original-url", b"x-original-uri", b"x-rewrite-url", b"x-forwarded-uri", b"x-forwarded-path")
"""Where a proxy tells what was called: told to the user, never believed."""
FORWARDED = re.compile(rb'host="?([^";,]{1,255})', re.IGNORECASE)
ORDERED = 4
"""Parameters of a query of which every order is tried: 24."""
LONGEST = 4096
"""Characters of a URL that is looked at."""
SHOWN = 200


def urls(case: Case) -> Iterator[Repair]:
    """The URLs that the provider may have called."""
    if not case.scheme.signs_url or len(case.request.url) > LONGEST:
        return
    for url in dict.fromkeys(_others(case.request)):
        if url != case.request.url:
            altered = case.request._replace(url=url)
            told = f"the URL {shown(url)}"
            fix = f"Give it as the provider calls it: --public-url to listen, --url to verify; {_differs(case, url)}."
            yield Repair("url-mismatch", told, case._replace(request=altered), fix)


def shown(url: str) -> str:
    """A URL for a sentence: its beginning, without the password that some put before the host."""
    open_to_all = re.sub(r"//[^/?#]*@", "//…@", url[: 2 * SHOWN])
    return open_to_all[:SHOWN] + ("…" if len(open_to_all) > SHOWN else "")


def _differs(case: Case, url: str) -> str:
    """Which part of the URL is another one."""
    ours, theirs = split_url(case.request.url), split_url(url)
    (our_scheme, _, our_host), (scheme, _, host) = (each[0].partition("://") for each in (ours, theirs))
    if host.partition(":")[0] != our_host.partition(":")[0]:
        return "the host is another"
    if scheme != our_scheme:
        return f"it is {scheme}, not {our_scheme}"
    if host != our_host:
        return "the port is another"
    path, our_path = theirs[1].partition("?")[0], ours[1].partition("?")[0]
    if path.rstrip("/") == our_path.rstrip("/") and path != our_path:
        return "mind the slash at its end"
    return "the path is another" if path != our_path else "the query is another, or in another order"


def _others(request: Request) -> Iterator[str]:
    """One change first, then origin and path together, then what is rare."""
    origins = list(dict.fromkeys(_origins(request)))
    spelled = list(dict.fromkeys(_rests(request)))
    own, rest = split_url(request.url)
    for each in origins:
        yield each + rest
        yield with_other_port(each + rest)
    yield from (own + each for each in spelled)
    for each in origins:
        for path in spelled:
            yield each + path
            yield with_other_port(each + path)


def _origins(request: Request) -> Iterator[str]:
    scheme, _, host = split_url(request.url)[0].partition("://")
    told = [value for name in HOSTS for value in request.headers.all(name)[:1]]
    told += [found[1] for value in request.headers.all(b"forwarded")[:1] if (found := FORWARDED.search(value))]
    bare = host.rpartition("@")[2]
    hosts = [host, bare, bare.lower(), *(value[:255].decode("ascii", "backslashreplace") for value in told)]
    hosts += [bare.removeprefix("www."), f"www.{bare}"]
    for each in hosts:
        for name in (scheme, "http" if scheme == "https" else "https"):
            yield f"{name}://{each}"
            yield split_url(with_other_port(f"{name}://{each}"))[0]


def _rests(request: Request) -> Iterator[str]:
    rest = split_url(request.url)[1].partition("#")[0]
    path, mark, query = rest.partition("?")
    toggled = path.removesuffix("/") if path.endswith("/") else path + "/"
    yield toggled + mark + query
    yield path
    for name in PATHS:
        for told in request.headers.all(name)[:1]:
            yield split_url(told[:LONGEST].decode("ascii", "backslashreplace"))[1] or "/"
    for prefix in request.headers.all(b"x-forwarded-prefix")[:1]:
        yield prefix[:255].decode("ascii", "backslashreplace").rstrip("/") + rest
    for spelled in (*_encoded(path), re.sub("/{2,}", "/", path)):
        yield spelled + mark + query
    for spelled in _queries(query):
        yield path + (mark and "?") + spelled
        yield toggled + (mark and "?") + spelled


def _encoded(text: str) -> Iterator[str]:
    """Other spellings of the same characters (RFC 3986, 6.2.2)."""
    yield re.sub("%2[Ff]", "/", text)
    yield re.sub("%[0-9a-fA-F]{2}", lambda found: found[0].upper(), text)
    yield re.sub("%[0-9a-fA-F]{2}", lambda found: found[0].lower(), text)
    decoded = unquote(text, errors="surrogateescape")
    yield decoded.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    yield quote(decoded, safe="/", errors="surrogateescape")


def _queries(query: str) -> Iterator[str]:
    """Other orders and encodings of a query."""
    fields = query.split("&")
    yield "&".join(sorted(fields))
    yield from (spelled for spelled in _encoded(query) if "%" in query or "%" in spelled)
    yield query.replace("+", "%20")
    yield query.replace("%20", "+")
    yield "&".join(fields[:-1])
    if 1 < len(fields) <= ORDERED:
        yield from ("&".join(order) for order in islice(permutations(fields), 24))
    yield "&".join(reversed(fields))
    yield "&".join(field if "=" in field else f"{field}=" for field in fields)
    yield "&".join(field.removesuffix("=") for field in fields)
