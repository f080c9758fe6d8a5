"""whcli as a library: verify a request in the handler of any framework, sign one as its provider would.

What frameworks hand out is taken as it is: headers as a mapping or as pairs, text or bytes, a header said twice
kept twice. A bad signature is a verdict; an exception is a mistake of the caller's, and a WhcliError.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from whcli import model, providers
from whcli.errors import UsageError
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import Provider

if TYPE_CHECKING:
    from whcli.net.keys import Keys

Text = str | bytes
GivenHeaders = Mapping[str, str] | Mapping[bytes, bytes] | Iterable[tuple[Text, Text]]
GivenSecrets = str | Secret | Iterable[str | Secret]

NO_PARAMS: Mapping[str, str] = {}
LATER = "Call verify with explain=True to have the cause looked for."


class Verdict(model.Verdict):
    """What to think of a signature. It is true where the outcome is `valid`, and false for anything else."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return self.outcome == "valid"


def verify(  # noqa: PLR0913 - what a request is, what is known, and how it is judged; all by name
    provider: str | Provider,
    *,
    body: Text,
    headers: GivenHeaders,
    secrets: GivenSecrets = (),
    method: str = "POST",
    url: str = "",
    params: Mapping[str, str] = NO_PARAMS,
    tolerance: timedelta | None = None,
    now: datetime | None = None,
    explain: bool = False,
    fetch: bool = False,
) -> Verdict:
    """Judge the signature of a request. Its bytes decide: give the raw body, before anything has parsed it.

    Args:
        provider: A name that `whcli providers` lists, or a record.
        body: As it came; text stands for its UTF-8.
        headers: All of them, as the framework has them.
        secrets: One or several, while they are rotated; the verdict's `secret_label` tells which one fitted. A text
            is called `secret`, `secret 2`, …: `Secret("new", "whsec_…")` gives it another name.
        method: As it came.
        url: As the provider called it, public host and query included. Needed where the scheme signs it.
        params: What the scheme needs beside the secret: PayPal's `webhook_id`.
        tolerance: How old a signature may be, instead of the provider's own.
        now: The time to judge by, aware; by default this machine's.
        explain: Look for the cause of a mismatch, which takes milliseconds, and more for a long body: for
            development, not where strangers can ask for it at will.
        fetch: Fetch the public key where the provider serves it (AWS SNS, PayPal) and no secret is given. It is kept
            for a day; meanwhile this waits for five seconds at most.

    Raises:
        NotFound: There is no such provider.
        UsageError: A secret is missing, empty or not of the provider's form, a param or the URL is missing.

    """
    record = _bound(provider, params)
    request = _request(record, method, url, headers, body)
    given = _secrets(secrets)
    for secret in given:
        record.scheme.check(secret)
    if fetch and not given:
        given = _fetched(record, request)
    if not given and record.scheme.needs_secret:
        raise UsageError(f"no secret is given for {record.name}", hint=f"secrets=[…]: {record.secret_hint}")
    verdict = providers.verify(
        record, request, secrets=given, now=_time(now), tolerance=tolerance, look=explain and bool(given)
    )
    if verdict.outcome == "mismatch" and not explain:
        verdict = verdict._replace(cause="unknown", fix=LATER)
    return Verdict(*verdict)


def sign(  # noqa: PLR0913 - what a request is, and with what it is signed; all by name
    provider: str | Provider,
    body: Text | Request,
    *,
    secret: str | Secret,
    headers: GivenHeaders = (),
    method: str = "POST",
    url: str = "",
    params: Mapping[str, str] = NO_PARAMS,
    now: datetime | None = None,
    id: str | None = None,
) -> Request:
    """A request signed as the provider would: for the tests of a handler, or for a sender of your own.

    Its `headers` are pairs of bytes; `text_headers` makes of them what HTTP clients take.

    Args:
        provider: A name that `whcli providers` lists, or a record.
        body: The body, or a whole request, whose older signature is replaced.
        secret: As `whcli secret generate --provider NAME` makes one; for a key pair the private key.
        headers: Those that it has beside the signature's.
        method: As it is sent.
        url: Where it is sent to, as the receiver sees it. Needed where the scheme signs it.
        params: What the scheme needs beside the secret.
        now: The time that is signed, aware; by default this machine's.
        id: The event's id, where one is signed; by default one is made of the body and the time.

    Raises:
        NotFound: There is no such provider.
        UsageError: The secret cannot be one, or cannot sign; a param or the URL is missing; no place for a signature.

    """
    record = _bound(provider, params)
    whole = body if isinstance(body, Request) else _request(record, method, url, headers, body)
    [key] = _secrets([secret])
    return record.scheme.sign(whole, secret=key, now=_time(now), id=id)


def text_headers(request: Request) -> list[tuple[str, str]]:
    """The headers of a request as pairs of text, a character for each byte (ISO-8859-1)."""
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in request.headers]


def _bound(provider: str | Provider, params: Mapping[str, str]) -> Provider:
    return providers.bind(providers.get(provider) if isinstance(provider, str) else provider, params)


def _request(provider: Provider, method: str, url: str, headers: GivenHeaders, body: object) -> Request:
    if provider.scheme.signs_url and not url:
        raise UsageError(
            f"{provider.name} signs the URL, and none is given", hint='url="https://…", as the provider calls it'
        )
    if not isinstance(body, str | bytes | bytearray | memoryview):
        told = f"the body is {type(body).__name__}, and has to be the bytes that came"
        raise UsageError(told, hint="request.get_data() in Flask, await request.body() or .read() elsewhere")
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    kept = Headers((_header_bytes(name), _header_bytes(value)) for name, value in pairs)
    return Request(method, url, kept, body.encode() if isinstance(body, str) else bytes(body))


def _header_bytes(text: Text) -> bytes:
    """What stood in the message: frameworks decode it as ISO-8859-1, or leave bytes that are no UTF-8 escaped."""
    if isinstance(text, bytes):
        return text
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogateescape")


def _secrets(given: GivenSecrets) -> tuple[Secret, ...]:
    """The secrets with their labels. Raises UsageError for one that is empty, or none: an environment without it."""
    several = [given] if isinstance(given, str | Secret) else list(given or ())
    found = []
    for number, each in enumerate(several, 1):
        label = "secret" if number == 1 else f"secret {number}"
        secret = each if isinstance(each, Secret) else Secret(label, each)
        if not isinstance(secret.value, str) or not secret.value.strip():
            raise UsageError(f"the {secret.label} is empty", hint="is its environment variable set here?")
        found.append(secret)
    return tuple(found)


def _time(now: datetime | None) -> datetime:
    if now is not None and now.tzinfo is None:
        raise UsageError("now is without a time zone", hint="datetime.now(UTC)")
    return now or datetime.now(UTC)


@lru_cache(maxsize=1)
def _keys() -> Keys:
    from whcli.net.keys import Keys

    return Keys(None, clock=lambda: datetime.now(UTC))


def _fetched(provider: Provider, request: Request) -> tuple[Secret, ...]:
    source = provider.scheme.key_source(request)
    text = _keys().get(source) if source is not None else None
    return (Secret(source.url, text),) if source is not None and text is not None else ()
