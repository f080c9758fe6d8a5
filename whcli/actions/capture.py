"""The listener's answer to a request: Request to Delivery to Verdict, one commit of both, then the reply."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from whcli import providers
from whcli.actions import Clock
from whcli.digest import sha256
from whcli.errors import StoreError, UsageError
from whcli.http import Headers, Request, Response, path_of
from whcli.model import HANDSHAKE, Delivery, Endpoint, Secret, Verdict
from whcli.providers import Provider
from whcli.providers.handshakes import Handshake, answered, recognized
from whcli.reply import JSON, UNAVAILABLE, refusal, reply

if TYPE_CHECKING:
    from whcli.actions.keyholder import KeyHolder
    from whcli.signing import KeySource
    from whcli.store.writer import Stored

ENDPOINTS = "/webhook/"
HEALTH = "/health"

QUICK = 65536
"""Bytes of a body that is judged on the spot."""

REMEMBERED = 64
"""Callers that are worked out once; senders may make up any number of paths."""

REFUSED: Mapping[str, str] = {
    "mismatch": "the signature does not hold",
    "missing": "there is no signature",
    "expired": "the signature is too old or too new",
    "malformed": "the signature cannot be read",
    "unchecked": "the signature could not be checked",
}
"""What a stranger is told. Not more: the cause would tell how near a forgery came, and labels where secrets lie."""

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
    params: Mapping[str, str] = {}
    """For the providers that know them, before those of the endpoint."""


class Caller(NamedTuple):
    """Who calls, and what is known of them."""

    provider: Provider | None
    """Its scheme bound, as far as the params are known."""
    secrets: tuple[Secret, ...]
    tolerance: timedelta | None
    params: Mapping[str, str]
    keyed: bool
    """Whether the key is served by the provider, as no secret is known."""


class Judged(NamedTuple):
    """A request as a delivery, not yet stored, and what we think of its signature."""

    delivery: Delivery
    verdict: Verdict
    accepted: bool
    handshake: Handshake | None = None
    """The question that it is."""
    answer: Response | None = None
    """To that question."""
    visit: str | None = None
    """The URL to call so that what it asks for begins, where the user wants that."""
    lacks: "tuple[KeySource, Caller] | None" = None
    """The key without which this verdict is not the last one."""


class Captured(NamedTuple):
    """A delivery as committed, its body left in the store, and whether it may be passed on."""

    delivery: Delivery
    verdict: Verdict
    accepted: bool
    duplicate_of: int | None = None


class Asked(NamedTuple):
    """A handshake as it was answered."""

    delivery_id: int
    handshake: Handshake
    judged: Judged


class Capture:
    """Handles the requests of a listener.

    `seen` hears of each delivery once it is on disk, `asked` of handshakes, `refused` of what could not be stored.
    """

    def __init__(  # noqa: PLR0913 - what it is given is all that it touches
        self,
        rules: Rules,
        *,
        add: Add,
        clock: Clock,
        seen: Callable[[Captured], None],
        refused: Callable[[int, str], None],
        health: Callable[[], Mapping[str, object]],
        asked: Callable[[Asked], None] = lambda _: None,
        keys: "KeyHolder | None" = None,
    ) -> None:
        self._rules = rules._replace(endpoints=dict(rules.endpoints))
        self._others = (*rules.secrets, *(each for endpoint in rules.endpoints.values() for each in endpoint.secrets))
        self._look_again = 0.0
        self._known: dict[str, Caller] = {}
        self._detected: dict[tuple[str, str | None], Caller] = {}
        self._waiting: set[asyncio.Future[None]] = set()
        self._add = add
        self._clock = clock
        self._seen = seen
        self._refused = refused
        self._health = health
        self._asked = asked
        self._keys = keys

    def __call__(self, request: Request, remote: str | None, answer: Answer) -> None:
        """Store a request, then answer it; 503 where it cannot be stored."""
        path = path_of(request.url)
        if path == HEALTH and request.method in ("GET", "HEAD"):
            answer(reply(200, {"status": "healthy", **self._health()}))
        elif len(request.body) <= QUICK:
            self._store(answer, self.judge(request, path, remote))
        else:  # a long body takes a while to hash, in which others want their answer
            judging = asyncio.get_running_loop().run_in_executor(None, self.judge, request, path, remote)
            judging.add_done_callback(partial(self._looked_into, answer))

    def _looked_into(self, answer: Answer, judging: "asyncio.Future[Judged]") -> None:
        """A long body was judged; 503 where it could not be read again from the disk that it waits on."""
        if isinstance(error := judging.exception(), OSError):
            self._refuse(answer, f"the body cannot be kept: {error.strerror}")
        else:
            self._store(answer, judging.result())

    def _store(self, answer: Answer, judged: Judged) -> None:
        if judged.lacks is not None:
            waiting = asyncio.ensure_future(self._with_key(answer, judged, *judged.lacks))
            self._waiting.add(waiting)
            waiting.add_done_callback(self._waiting.discard)
            return
        self._add(judged.delivery, judged.verdict, partial(self._stored, answer, judged))

    async def _with_key(self, answer: Answer, judged: Judged, source: "KeySource", caller: Caller) -> None:
        """Judge again when the key is there, or cannot be had; whoever calls meanwhile is not kept waiting."""
        assert self._keys is not None, "nothing lacks a key where there are none"
        key = await self._keys.get(source)
        if key is not None:
            decide = partial(self._decide, judged.delivery, caller, judged.handshake, (key,))
            judged = await asyncio.get_running_loop().run_in_executor(None, decide)
        self._store(answer, judged._replace(lacks=None))

    def _stored(self, answer: Answer, judged: Judged, stored: "Stored | StoreError") -> None:
        """On disk, or not; in any case the sender has its answer."""
        if isinstance(stored, StoreError):
            self._refuse(answer, stored.message)
            return
        delivery, verdict, accepted, handshake, given, *_ = judged
        if given is not None:
            answer(given)
        elif not accepted:
            answer(refusal(401, f"{REFUSED[verdict.outcome]}; whcli verify {stored.id} says why"))
        else:
            answer(Response(self._rules.status, JSON, b'{"status":"accepted","id":%d}' % stored.id))
        if handshake is not None and not handshake.ordinary:
            accepted = False  # it was for us, and has its answer
            self._asked(Asked(stored.id, handshake, judged))
        self._seen(Captured(delivery.stored(stored.id), verdict, accepted, stored.duplicate_of))

    def _refuse(self, answer: Answer, reason: str) -> None:
        """Have the sender come again, and say so here: it is the user who can mend it."""
        self._refused(UNAVAILABLE, reason)
        answer(refusal(UNAVAILABLE, reason))

    def judge(self, request: Request, path: str, remote: str | None) -> Judged:
        """What a request is and what we think of its signature; never fails, whatever it holds."""
        caller = self._known.get(path) or self._caller(path, request.headers)
        provider = caller.provider
        event_type, event_id = providers.describe(request, provider) if provider is not None else (None, None)
        handshake = None
        if provider is not None and provider.handshakes:
            handshake = recognized(provider.handshakes, request)
            if handshake is not None and not handshake.ordinary:
                event_type = HANDSHAKE + handshake.name
        delivery = Delivery(
            id=0,
            received_at=self._clock(),
            endpoint=path or "*",
            request=request,
            body_sha256=sha256(request.body),
            provider=provider.name if provider is not None else None,
            event_type=event_type,
            event_id=event_id,
            remote=remote,
        )
        if not caller.keyed or self._keys is None:
            return self._decide(delivery, caller, handshake, caller.secrets)
        source = provider.scheme.key_source(request) if provider is not None else None
        key = self._keys.held(source) if source is not None else None
        judged = self._decide(delivery, caller, handshake, (key,) if key is not None else ())
        return judged if source is None or key is not None else judged._replace(lacks=(source, caller))

    def _decide(
        self, delivery: Delivery, caller: Caller, handshake: Handshake | None, secrets: tuple[Secret, ...]
    ) -> Judged:
        """The verdict, and what follows from it."""
        verdict = self._verdict(caller, delivery.request, secrets, delivery.received_at)
        accepted = (
            verdict.outcome == "valid"
            or self._rules.observe
            or (verdict.outcome == "unchecked" and not caller.secrets)  # who gave a secret wants it checked
        )
        if handshake is None:
            return Judged(delivery, verdict, accepted)
        return _answered(Judged(delivery, verdict, accepted, handshake), caller, secrets)

    def _verdict(self, caller: Caller, request: Request, secrets: tuple[Secret, ...], now: datetime) -> Verdict:
        """What we think of the signature; why it is wrong is looked for in a tenth of the time at most.

        So a flood of bad ones cannot keep the others waiting. `whcli verify ID` looks later, as long as it takes.
        """
        began = monotonic()
        look = began >= self._look_again
        verdict = providers.verify(
            caller.provider, request, secrets=secrets, now=now, tolerance=caller.tolerance, others=self._others,
            look=look,
        )  # fmt: skip
        if look and verdict.outcome in ("mismatch", "missing", "malformed"):
            self._look_again = began + 10 * (monotonic() - began)
        return verdict

    def _caller(self, path: str, headers: Headers) -> Caller:
        """Who calls here and with which secrets: what is configured, else what the path says, else the headers."""
        endpoint = self._rules.endpoints.get(path) or Endpoint(path)
        if named := self._named(endpoint):
            caller = self._made(endpoint, named)
            if len(self._known) < REMEMBERED:  # it does not depend on the headers
                self._known[path] = caller
            return caller
        provider = providers.detect(headers)
        key = path, provider.name if provider is not None else None
        caller = self._detected.get(key) or self._made(endpoint, provider)
        if len(self._detected) < REMEMBERED:
            self._detected[key] = caller
        return caller

    def _named(self, endpoint: Endpoint) -> Provider | None:
        """The provider that is named, by whichever means."""
        if endpoint.provider:
            return providers.get(endpoint.provider)
        of_path = _of_path(endpoint.path)
        return of_path or (providers.get(self._rules.provider) if self._rules.provider else None)

    def _made(self, endpoint: Endpoint, provider: Provider | None) -> Caller:
        """What is known of a provider at an endpoint."""
        rules, secrets = self._rules, endpoint.secrets
        if not secrets and rules.provider in (None, provider.name if provider is not None else None):
            secrets = rules.secrets
        if provider is None:
            return Caller(None, secrets, endpoint.tolerance, {}, keyed=False)
        own = rules.endpoints.get(ENDPOINTS + provider.name, endpoint)
        given = {**dict(own.params), **dict(endpoint.params), **rules.params}
        params = {param.name: given[param.name] for param in provider.params if param.name in given}
        provider = _bound(provider, params)
        lacking = any(param.default is None for param in provider.scheme.params)
        keyed = not (secrets or lacking or provider.scheme.needs_secret)
        return Caller(provider, secrets, endpoint.tolerance, params, keyed)


def _of_path(path: str) -> Provider | None:
    """The provider whose endpoint a path is; None too where a package has it and cannot give it."""
    name = path[len(ENDPOINTS) :] if path.startswith(ENDPOINTS) else ""
    try:
        return providers.get(name) if name and providers.has(name) else None
    except UsageError:
        return None


def _bound(provider: Provider, params: Mapping[str, str]) -> Provider:
    """The provider with its params; as it was where one is missing, which its verdicts then say."""
    try:
        return providers.bind(provider, params) if params else provider
    except UsageError:
        return provider


def _answered(judged: Judged, caller: Caller, secrets: Sequence[Secret]) -> Judged:
    """With the answer to the question; one that is never signed does not lack a signature."""
    handshake, verdict, request = judged.handshake, judged.verdict, judged.delivery.request
    assert handshake is not None, "only what was recognized is answered"
    fitting = sorted(secrets, key=lambda secret: secret.label != verdict.secret_label)
    answer = answered((handshake,), request, accepted=judged.accepted, secrets=fitting, params=caller.params)
    if not handshake.signed and verdict.outcome == "missing":
        verdict = Verdict("unchecked", f"The handshake {handshake.name} is not signed, so nothing was checked.")
    return judged._replace(verdict=verdict, answer=answer, visit=handshake.visited(request, caller.params))
