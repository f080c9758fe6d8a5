"""A verification beside the bare hash, and the cost of finding the cause of a mismatch, for each family of schemes."""

from __future__ import annotations

import hmac
import json
import timeit
from collections.abc import Callable
from datetime import UTC, datetime

from benches.measure import Goal, Setting, in_turns, ratios
from whcli import providers
from whcli.http import Headers, Request
from whcli.model import Secret
from whcli.providers import Provider

FAMILIES = {
    "HMAC of the body": "github",
    "pairs in a header": "stripe",
    "time and body": "slack",
    "Standard Webhooks": "standard-webhooks",
    "URL and body": "square",
    "a field of the body": "mailgun",
    "plain hash": "cloudinary",
    "Ed25519": "discord",
    "ECDSA P-256": "sendgrid",
    "RSA": "kick",
    "JWT": "qstash",
    "token": "telegram",
    "user and password": "postmark",
}
"""A provider of each."""
SIZES = (1_500, 8_000)
"""Bytes of a body: a short event, and a push of a few commits."""
TWICE = Goal(2)
HASHED = ("HMAC of the body", "pairs in a header", "time and body", "Standard Webhooks", "URL and body", "plain hash")
"""The families whose signature is a hash of the body."""
NUMBER = 300
"""Verifications in one round."""
NOW = datetime(2026, 3, 1, tzinfo=UTC)
USUAL = [
    (b"Host", b"127.0.0.1:8400"), (b"User-Agent", b"Sender/1.0"), (b"Accept", b"*/*"), (b"X-Event", b"push"),
    (b"Content-Type", b"application/json"), (b"X-Request-Id", b"9f86d081884c7d65"), (b"Accept-Encoding", b"gzip"),
]  # fmt: skip


def run(setting: Setting) -> None:
    """Microseconds of one verification, and milliseconds of one diagnosis."""
    for size in SIZES:
        setting.report.note(f"with a body of {size:,} bytes")
        _verifications(setting, size)
    setting.report.note("looking for the cause of a mismatch that has none")
    for family, name in FAMILIES.items():
        request, _ = _signed(providers.get(name), SIZES[0])
        wrong = (Secret("wrong", providers.get(name).scheme.make_secret(b"\xff" * 32)),)
        once = lambda name=name, request=request, wrong=wrong: providers.verify(  # noqa: E731 - bound to this round
            providers.get(name), request, secrets=wrong, now=NOW
        )
        found = [timeit.timeit(once, number=3) / 3 * 1e3 for _ in range(setting.rounds)]
        setting.report.figure(f"  {family} ({name})", found, unit="ms")


def _verifications(setting: Setting, size: int) -> None:
    body = _body(size)
    sides: dict[str, Callable[[], float]] = {"bare": lambda: _timed(lambda: _bare(body))}
    for name in FAMILIES.values():
        sides[name] = _verification(providers.get(name), size)
    found = in_turns(5 * setting.rounds, sides)
    bare = found["bare"]
    setting.report.figure("HMAC-SHA256 and a comparison, nothing else", bare, unit="us")
    for family, name in FAMILIES.items():
        goal = TWICE if family in HASHED and size == SIZES[-1] else None
        setting.report.figure(f"  {family} ({name})", ratios(found[name], bare), unit="x bare", goal=goal)


def _verification(provider: Provider, size: int) -> Callable[[], float]:
    request, secret = _signed(provider, size)
    secrets = (secret,)
    verdict = providers.verify(provider, request, secrets=secrets, now=NOW)
    if verdict.outcome != "valid":
        raise RuntimeError(f"{provider.name}: {verdict}")
    return lambda: _timed(lambda: providers.verify(provider, request, secrets=secrets, now=NOW))


def _signed(provider: Provider, size: int) -> tuple[Request, Secret]:
    secret = Secret("--secret", provider.scheme.make_secret(bytes(range(32))))
    request = Request("POST", f"https://example.com/webhook/{provider.name}", Headers(USUAL), _body(size))
    return provider.scheme.sign(request, secret=secret, now=NOW), secret


def _body(size: int) -> bytes:
    event = {"id": "evt_1", "type": "push", "signature": {"token": "0123456789", "timestamp": "0"}, "data": ""}
    event["data"] = "x" * (size - len(json.dumps(event)))
    return json.dumps(event).encode()


def _bare(body: bytes) -> bool:
    return hmac.compare_digest(hmac.new(b"a secret of benchmarks", body, "sha256").hexdigest(), "0" * 64)


def _timed(once: Callable[[], object]) -> float:
    """Microseconds of one call, the shortest of a few tries: what disturbs only ever adds."""
    return min(timeit.repeat(once, number=NUMBER, repeat=3)) / NUMBER * 1e6
