"""Requests to hold the providers against: published ones, and one of our own making for each provider."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import Provider

VECTORS = Path(__file__).parent.parent / "vectors"
NOW = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
SEED = bytes(range(32))
JSON_BODY = '{"type": "order.created", "id": "evt_1", "note": "café / thé", "total": 1.50}'.encode()


class Sample(NamedTuple):
    told: str
    provider: Provider
    request: Request
    secret: Secret
    now: datetime
    event_type: str | None = None
    event_id: str | None = None

    def __str__(self) -> str:
        return f"{self.provider.name}: {self.told}"


def published() -> list[Sample]:
    return [
        _read(path.stem, vector) for path in sorted(VECTORS.glob("*.json")) for vector in json.loads(path.read_text())
    ]


def _read(name: str, vector: dict[str, Any]) -> Sample:
    headers = Headers((name.encode(), value.encode()) for name, value in vector["headers"])
    return Sample(
        told=vector["told"],
        provider=providers.get(name),
        request=Request("POST", vector["url"], headers, vector["body"].encode()),
        secret=Secret("theirs", vector["secret"]),
        now=datetime.fromtimestamp(vector["at"], UTC),
        event_type=vector["event_type"],
        event_id=vector["event_id"],
    )


def own(provider: Provider, body: bytes = JSON_BODY, *, seed: bytes = SEED) -> Sample:
    secret = Secret("ours", provider.scheme.make_secret(seed))
    url = f"https://hooks.example.com/webhook/{provider.name}?a=1&b=%2F"
    request = Request("POST", url, Headers([(b"Content-Type", b"application/json")]), body)
    return Sample("ours", provider, provider.scheme.sign(request, secret=secret, now=NOW), secret, NOW)


ALL = providers.all()
PUBLISHED = published()
SAMPLES = [*PUBLISHED, *(own(provider) for provider in ALL)]
