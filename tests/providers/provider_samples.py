"""Requests to hold the providers against: those of tests/vectors, and each provider's first one signed by us.

A vector is a request that others made: published by the provider, or made by an expression that knows nothing of
our code (see making.py). Optional in its file: `method` (POST), `params` (none), `made`.
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from making import made

from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import Provider
from whcli.signing import Scheme, _Several
from whcli.signing.slots import Slot

VECTORS = Path(__file__).parent.parent / "vectors"
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SEED = bytes(range(32))


@lru_cache(maxsize=1024)
def bound(name: str, params: tuple[tuple[str, str], ...]) -> Scheme:
    return providers.get(name).scheme.bind(dict(params))


class Sample(NamedTuple):
    told: str
    provider: Provider
    request: Request
    secret: Secret
    now: datetime
    params: tuple[tuple[str, str], ...]
    event_type: str | None = None
    event_id: str | None = None
    by: Any = None
    """The one scheme of the provider's that made the signature, where that is known."""

    def __str__(self) -> str:
        return f"{self.provider.name}: {self.told}"

    @property
    def scheme(self) -> Scheme:
        """The provider's scheme, bound."""
        return bound(self.provider.name, self.params)

    @property
    def deciding(self) -> Any:
        """The one scheme of the provider's whose signature the request bears."""
        return self.by if self.by is not None else leaf(self.scheme, self.request)

    @property
    def slot(self) -> Slot | None:
        """Where the signature is; None for a provider that signs nothing."""
        return getattr(self.deciding, "signature", None)

    @property
    def line(self) -> bytes:
        """What carries the signature."""
        assert self.slot is not None
        (line,) = self.slot.lines(self.request)
        return line


def leaf(scheme: Scheme, request: Request) -> Any:
    """The innermost scheme that judges a request; of several spellings, the one that fits."""
    while isinstance(scheme, _Several):
        borne = [each for each in scheme.schemes if each.present(request)]
        scheme = borne[0] if borne else scheme.schemes[scheme.usual]
    return scheme


def leaves(scheme: Scheme) -> list[Any]:
    """The innermost schemes."""
    if isinstance(scheme, _Several):
        return [leaf for each in scheme.schemes for leaf in leaves(each)]
    return [scheme]


def written() -> dict[str, list[dict[str, Any]]]:
    """The vectors by provider."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(VECTORS.glob("*.json"))}


def _read(name: str, vector: dict[str, Any]) -> Sample:
    if "made" in vector:
        said = json.dumps([vector["headers"], vector["url"], vector["body"]])
        assert made(vector) in said or quote(made(vector), safe="") in said, vector["told"]
    headers = Headers((name.encode(), value.encode()) for name, value in vector["headers"])
    return Sample(
        told=vector["told"],
        provider=providers.get(name),
        request=Request(vector.get("method", "POST"), vector["url"], headers, vector["body"].encode()),
        secret=Secret("theirs", vector["secret"]),
        now=datetime.fromtimestamp(vector["at"], UTC),
        params=tuple(vector.get("params", {}).items()),
        event_type=vector["event_type"],
        event_id=vector["event_id"],
    )


ALL = providers.all()
PUBLISHED = [_read(name, vector) for name, vectors in written().items() for vector in vectors]
FIRST = {sample.provider.name: sample for sample in reversed(PUBLISHED)}


@lru_cache(maxsize=1024)
def _made_secret(name: str, seed: bytes) -> str:
    first = FIRST[name]
    return first.scheme.make_secret(seed) if first.slot is not None else ""


def new_secret(provider: Provider, seed: bytes) -> str:
    """A secret of our making; kept, as one of RSA takes a while."""
    return _made_secret(provider.name, seed)


def own(provider: Provider, body: bytes | None = None, *, seed: bytes = SEED) -> Sample:
    """The provider's first vector, signed by us with a secret of our making."""
    first = FIRST[provider.name]
    secret = Secret("ours", new_secret(provider, seed))
    request = first.request if body is None else first.request._replace(body=body)
    signed = first.scheme.sign(request, secret=secret, now=NOW)
    return first._replace(told="ours", request=signed, secret=secret, now=NOW)


def zipped(sample: Sample) -> Sample:
    """The sample with its body compressed after it was signed, as the provider says that it does."""
    assert isinstance(sample.request.body, bytes)
    body = gzip.compress(sample.request.body, mtime=0)
    headers = sample.request.headers.put(b"Content-Encoding", b"gzip")
    return sample._replace(told="zipped", request=sample.request._replace(headers=headers, body=body))


SAMPLES = [*PUBLISHED, *(own(provider) for provider in ALL), *(zipped(FIRST[name]) for name in ("airship", "stream"))]


def any_body(provider: Provider) -> bool:
    """Whether any bytes may be a body of the provider's, and all of them are signed as they are."""
    scheme = FIRST[provider.name].deciding
    slots = (getattr(scheme, name, None) for name in ("signature", "timestamp", "id"))
    whole = not scheme.note and "{body}" in getattr(scheme, "signed", "{body}")
    return whole and not any(slot.in_body for slot in slots if isinstance(slot, Slot))
