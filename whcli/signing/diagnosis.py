"""Why a signature does not match: the mistakes that are made, undone one at a time until it does.

One mechanism serves every scheme: ask it again, with another secret, another way of signing, another body or
another URL. What then matches names the cause; nothing found here is ever accepted. Pure, and bounded: bodies
longer than 1 MiB are left alone, and no more than 16 MiB of altered bodies are made.
"""

from __future__ import annotations

import json
import unicodedata
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from whcli.errors import WhcliError
from whcli.http import HELD, Request, split_url
from whcli.model import Secret, Verdict
from whcli.signing.content import with_other_port
from whcli.signing.slots import parse_json

if TYPE_CHECKING:
    from whcli.signing import Scheme

LONGEST_LENGTH = 13
"""Digits of a Content-Length that is taken seriously."""
BUDGET = 16 << 20
"""Bytes of altered bodies made for one diagnosis: some 20 ms of hashing."""


class Case(NamedTuple):
    """What came, and what it was checked with."""

    scheme: Scheme
    request: Request
    secrets: Sequence[Secret]
    others: Sequence[Secret] = ()


class Repair(NamedTuple):
    """One mistake undone."""

    cause: str
    told: str
    """The end of the sentence "The signature matches …"."""
    case: Case


FIX = {
    "secret-whitespace": "Remove the space or line end around the secret where it is set.",
    "secret-of-another-endpoint": "Give this endpoint its own secret; each has one of its own.",
    "secret-decoding": "Give the secret exactly as the provider shows it, with its prefix.",
    "wrong-algorithm": "Make the sender use the algorithm that `whcli providers NAME` shows.",
    "wrong-encoding": "Make the sender write it in the encoding that `whcli providers NAME` shows.",
    "body-newline": "Sign and send the same bytes; an editor, echo or a proxy changed the line ends.",
    "body-encoding": "Sign and send the same bytes; nothing between may decode or encode the body.",
    "body-reserialized": "Pass on the raw body; something between has parsed the JSON and written it anew.",
    "body-empty": "Find what consumed the body before it was sent or signed.",
    "url-mismatch": "Give the URL that the provider calls: --public-url to listen, --url to verify.",
    "truncated": "Find what cuts it short: a column, a log, a limit of a proxy.",
}


def explain(  # noqa: PLR0913 - the arguments of a verification, and its verdict
    scheme: Scheme,
    request: Request,
    verdict: Verdict,
    *,
    secrets: Sequence[Secret],
    now: datetime,
    others: Sequence[Secret] = (),
) -> Verdict:
    """The verdict on a mismatch with its cause, if one of the common mistakes explains it."""
    case = Case(scheme, request, secrets, others)
    for repair in repairs(case):
        altered = repair.case
        found = altered.scheme.verify(altered.request, secrets=altered.secrets, now=now)
        if found.outcome in {"valid", "expired"}:
            reason = f"The signature matches {repair.told.replace('LABEL', found.secret_label or '')}."
            return verdict._replace(
                reason=reason,
                cause=repair.cause,
                fix=FIX[repair.cause],
                signed_at=found.signed_at,
                secret_label=found.secret_label,
            )
    return _hinted(case, verdict, verdict.signed_at or now)


def repairs(case: Case) -> Iterator[Repair]:
    """The mistakes undone, the likeliest and cheapest first."""
    for find in (_secrets, _schemes, _urls, _bodies):
        yield from find(case)


def _secrets(case: Case) -> Iterator[Repair]:
    stripped = [secret._replace(value=secret.value.strip()) for secret in case.secrets]
    if stripped != list(case.secrets):
        yield Repair("secret-whitespace", "LABEL without the whitespace around it", case._replace(secrets=stripped))
    yield from _checked("secret-of-another-endpoint", "LABEL, the secret of another endpoint", case, case.others)


def _checked(cause: str, told: str, case: Case, secrets: Iterable[Secret]) -> Iterator[Repair]:
    """A repair by those of the secrets that the scheme takes at all."""
    usable = [secret for secret in secrets if _usable(case.scheme, secret)]
    if usable:
        yield Repair(cause, told, case._replace(secrets=usable))


def _usable(scheme: Scheme, secret: Secret) -> bool:
    try:
        scheme.check(secret)
    except WhcliError:
        return False
    return True


def _schemes(case: Case) -> Iterator[Repair]:
    for cause, told, scheme in case.scheme.alternatives():
        words = f"if the secret is {told}" if cause == "secret-decoding" else f"if it is {told}"
        yield from _checked(cause, words, case._replace(scheme=scheme), case.secrets)
    for prefix in ("whsec_", "sha256=", "v1,"):
        kept = [secret._replace(value=secret.value.removeprefix(prefix)) for secret in case.secrets]
        if kept != list(case.secrets):
            yield from _checked("secret-decoding", f"LABEL without its {prefix}", case, kept)
    prefixed = [secret._replace(value=f"whsec_{secret.value}") for secret in case.secrets]
    yield from _checked("secret-decoding", "LABEL with whsec_ before it", case, prefixed)


def _urls(case: Case) -> Iterator[Repair]:
    if not case.scheme.signs_url:
        return
    for url in dict.fromkeys(_other_urls(case.request)):
        if url != case.request.url:
            altered = case.request._replace(url=url)
            yield Repair("url-mismatch", f"the URL {url[:200]}", case._replace(request=altered))


def _other_urls(request: Request) -> Iterator[str]:
    """The URLs that the sender may have called; what a header says of it is told, never believed."""
    for origin in dict.fromkeys(_origins(request)):
        rest = split_url(request.url)[1]
        path, mark, query = rest.partition("?")
        toggled = path.removesuffix("/") if path.endswith("/") else path + "/"
        for spelled in (rest, toggled + mark + query, path, path.replace("%2F", "/") + mark + query):
            yield origin + spelled
            yield with_other_port(origin + spelled)


def _origins(request: Request) -> Iterator[str]:
    own, _ = split_url(request.url)
    scheme, _, host = own.partition("://")
    hosts = [host]
    for name in (b"x-forwarded-host", b"x-original-host", b"host"):
        hosts += [told.decode("ascii", "backslashreplace") for told in request.headers.all(name)[:1]]
    for each in hosts:
        yield f"{scheme}://{each}"
        yield f"{'http' if scheme == 'https' else 'https'}://{each}"


def _bodies(case: Case) -> Iterator[Repair]:
    body = case.request.body
    if not isinstance(body, bytes) or len(body) > HELD:
        return
    left = BUDGET
    for cause, told, make in BODIES:
        for altered in make(body):
            left -= len(altered)
            if left < 0:
                return
            if altered != body:
                yield Repair(cause, told, case._replace(request=case.request._replace(body=altered)))


def _newlines(body: bytes) -> Iterator[bytes]:
    yield body.rstrip(b"\r\n")
    yield body + b"\n"
    yield body + b"\r\n"
    yield body.removesuffix(b"\n")
    yield body.replace(b"\r\n", b"\n")
    yield body.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _encodings(body: bytes) -> Iterator[bytes]:
    bom = b"\xef\xbb\xbf"
    yield body.removeprefix(bom) if body.startswith(bom) else bom + body
    for read, written in (("utf-8", "latin-1"), ("latin-1", "utf-8"), ("utf-8", "cp1252"), ("utf-8", "utf-16-le")):
        try:
            yield body.decode(read).encode(written)
        except UnicodeError:
            continue
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return
    if not text.isascii():
        yield unicodedata.normalize("NFC", text).encode()
        yield unicodedata.normalize("NFD", text).encode()


def _unpacked(body: bytes) -> Iterator[bytes]:
    if body.startswith(b"\x1f\x8b"):
        try:
            yield zlib.decompressobj(wbits=31).decompress(body, HELD)
        except zlib.error:
            return


def _documents(body: bytes) -> Iterator[bytes]:
    """The JSON as other writers spell it: spaces, order, and what is escaped."""
    document = parse_json(body)
    if not isinstance(document, (dict, list)):
        return
    for (separators, indent), ascii_only, sort_keys in product(LAYOUTS, (False, True), (False, True)):
        try:
            text = json.dumps(
                document, separators=separators, indent=indent, ensure_ascii=ascii_only, sort_keys=sort_keys
            )
        except RecursionError:
            return
        yield from (escape(text).encode("utf-8", "backslashreplace") for escape in ESCAPES)


def _html_safe(text: str) -> str:
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


LAYOUTS = (((",", ":"), None), ((", ", ": "), None), ((",", ": "), 2), ((",", ": "), 4))
ESCAPES: Sequence[Callable[[str], str]] = (
    str,
    lambda text: text.replace("/", "\\/"),  # PHP
    _html_safe,  # Go
)

BODIES: Sequence[tuple[str, str, Callable[[bytes], Iterator[bytes]]]] = (
    ("body-newline", "the body with other line ends", _newlines),
    ("body-empty", "an empty body", lambda body: iter((b"",) if body else ())),
    ("body-encoding", "the body before it was compressed", _unpacked),
    ("body-encoding", "the body in another encoding of its text", _encodings),
    ("body-reserialized", "the same JSON, written otherwise", _documents),
)
"""Cause, the end of a sentence, and how the body may have been before."""


def _hinted(case: Case, verdict: Verdict, signed_at: datetime) -> Verdict:
    """The verdict with what the request shows where nothing that was tried proves a cause."""
    length = case.request.headers.first(b"content-length") or b""
    size = len(case.request.body)
    told = int(length) if length.isdigit() and len(length) < LONGEST_LENGTH else size
    if 0 < size < told:
        cause, reason = "truncated", f"The body has {size} of the {told} bytes that Content-Length tells."
    elif size == 0:
        cause, reason = "body-empty", "The body is empty, and the signature is not that of an empty body."
    elif any(_cut(case, secret, signed_at) for secret in case.secrets):
        cause, reason = "truncated", "The signature is only the beginning of the right one."
    else:
        return verdict
    return verdict._replace(cause=cause, reason=reason, fix=FIX[cause])


def _cut(case: Case, secret: Secret, signed_at: datetime) -> bool:
    """Whether a header is the beginning of what signing would write there, a quarter of it at least."""
    try:
        signed = case.scheme.sign(case.request, secret=secret, now=signed_at)
    except WhcliError:
        return False
    headers = zip(case.request.headers, signed.headers, strict=False)
    return any(
        right != came and right.startswith(came) and len(came) * 4 >= len(right) for (_, came), (_, right) in headers
    )
