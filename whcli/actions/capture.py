"""The listener's answer to a request: Request to Delivery to Verdict, one commit of both, then the reply."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from whcli import providers
from whcli.actions import Clock
from whcli.digest import sha256
from whcli.errors import StoreError
from whcli.http import Headers, Request, Response, path_of
from whcli.model import Delivery, Endpoint, Secret, Verdict
from whcli.providers import Provider
from whcli.providers.handshakes import answered
from whcli.reply import JSON, refusal, reply

if TYPE_CHECKING:
    from whcli.store.writer import Stored

ENDPOINTS = "/webhook/"
HEALTH = "/health"

QUICK = 65536
"""Bytes of a body that is judged on the spot."""

REMEMBERED = 64
"""Paths whose endpoint is worked out once; senders may make up any number of others."""

Add = Callable[[Delivery, Verdict, Callable[["Stored | StoreError"], None]], None]
"""Stores both in one commit, then calls with the id, or with the hindrance."""

Answer = Callable[[Response], None]


class Rules(NamedTuple):
    """How deliveries are judged and answered."""

    endpoints: Mapping[str, Endpoint] = {}
    """What is configured, by path."""
    provider: str | None = None
    """Who calls on paths that say nothing themselves; None to tell by the headers."""
    secrets: tuple[Secret, ...] = ()
    """For deliveries whose endpoint has none of its own."""
    observe: bool = False
    """Accept what fails verification, too."""
    status: int = 200
    """What an accepted delivery is answered with."""


class Judged(NamedTuple):
    """A request as a delivery, not yet stored, and what we think of its signature."""

    delivery: Delivery
    verdict: Verdict
    accepted: bool
    handshake: Response | None
    """The answer, where the request is one."""


class Captured(NamedTuple):
    """A delivery as committed, its body left in the store, and whether it may be passed on."""

    delivery: Delivery
    verdict: Verdict
    accepted: bool
    duplicate_of: int | None = None


class Capture:
    """Handles the requests of a listener; `seen` hears of each delivery once it is on disk."""

    def __init__(
        self,
        rules: Rules,
        *,
        add: Add,
        clock: Clock,
        seen: Callable[[Captured], None],
        health: Callable[[], Mapping[str, object]],
    ) -> None:
        self._rules = rules._replace(endpoints=dict(rules.endpoints))
        self._others = (*rules.secrets, *(each for endpoint in rules.endpoints.values() for each in endpoint.secrets))
        self._look_again = 0.0
        self._known: dict[str, tuple[Provider | None, Endpoint]] = {}
        self._add = add
        self._clock = clock
        self._seen = seen
        self._health = health

    def __call__(self, request: Request, remote: str | None, answer: Answer) -> None:
        """Store a request, then answer it; 503 where it cannot be stored."""
        path = path_of(request.url)
        if path == HEALTH and request.method in ("GET", "HEAD"):
            answer(reply(200, {"status": "healthy", **self._health()}))
        elif len(request.body) <= QUICK:
            self._store(answer, self.judge(request, path, remote))
        else:  # a long body takes a while to hash, in which others want their answer
            judging = asyncio.get_running_loop().run_in_executor(None, self.judge, request, path, remote)
            judging.add_done_callback(lambda judged: self._store(answer, judged.result()))

    def _store(self, answer: Answer, judged: Judged) -> None:
        self._add(judged.delivery, judged.verdict, partial(self._stored, answer, judged))

    def _stored(self, answer: Answer, judged: Judged, stored: "Stored | StoreError") -> None:
        """On disk, or not; in any case the sender has its answer."""
        if isinstance(stored, StoreError):
            answer(refusal(503, stored.message))
            return
        delivery, verdict, accepted, handshake = judged
        if handshake is not None:
            answer(handshake)
        elif not accepted:
            answer(refusal(401, verdict.reason))
        else:
            answer(Response(self._rules.status, JSON, b'{"status":"accepted","id":%d}' % stored.id))
        self._seen(Captured(delivery.stored(stored.id), verdict, accepted, stored.duplicate_of))

    def judge(self, request: Request, path: str, remote: str | None) -> Judged:
        """What a request is and what we think of its signature; never fails, whatever it holds."""
        now = self._clock()
        provider, endpoint = self._endpoint(path, request.headers)
        event_type, event_id = providers.describe(request, provider) if provider else (None, None)
        delivery = Delivery(
            id=0,
            received_at=now,
            endpoint=path or "*",
            request=request,
            body_sha256=sha256(request.body),
            provider=provider.name if provider else None,
            event_type=event_type,
            event_id=event_id,
            remote=remote,
        )
        verdict = self._verdict(provider, request, endpoint, now)
        accepted = self._rules.observe or verdict.outcome in ("valid", "unchecked")
        handshake = None
        if provider is not None and provider.handshakes:
            fitting = sorted(endpoint.secrets, key=lambda secret: secret.label != verdict.secret_label)
            handshake = answered(provider.handshakes, request, accepted=accepted, secrets=fitting)
        return Judged(delivery, verdict, accepted, handshake)

    def _verdict(self, provider: Provider | None, request: Request, endpoint: Endpoint, now: datetime) -> Verdict:
        """What we think of the signature; why it is wrong is looked for in a tenth of the time at most.

        So a flood of bad ones cannot keep the others waiting. `whcli verify ID` looks later, as long as it takes.
        """
        secrets, tolerance, began = endpoint.secrets, endpoint.tolerance, monotonic()
        look = began >= self._look_again
        verdict = providers.verify(
            provider, request, secrets=secrets, now=now, tolerance=tolerance, others=self._others, look=look
        )
        if look and verdict.outcome == "mismatch":
            self._look_again = began + 10 * (monotonic() - began)
        return verdict

    def _endpoint(self, path: str, headers: Headers) -> tuple[Provider | None, Endpoint]:
        """Who calls here and with which secrets: what is configured, else what the path says, else the headers."""
        known = self._known.get(path)
        if known is not None:
            return known
        rules = self._rules
        endpoint = rules.endpoints.get(path) or Endpoint(path)
        name = endpoint.provider or _named(path) or rules.provider
        provider = providers.get(name) if name else providers.detect(headers)
        own = rules.endpoints.get(f"{ENDPOINTS}{name}", endpoint)
        if provider is not None and name and (params := endpoint.params or own.params):
            provider = providers.bind(provider, dict(params))
        if not endpoint.secrets and rules.provider in (None, provider and provider.name):
            endpoint = endpoint._replace(secrets=rules.secrets)
        if name and len(self._known) < REMEMBERED:  # it does not depend on the headers
            self._known[path] = provider, endpoint
        return provider, endpoint


def _named(path: str) -> str | None:
    name = path[len(ENDPOINTS) :] if path.startswith(ENDPOINTS) else ""
    return name if name in providers.names() else None
