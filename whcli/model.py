"""The nouns of whcli as immutable values. Times are aware UTC datetimes, spans timedeltas, bodies bytes."""

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from whcli.http import Elsewhere, Request, Response

Origin = Literal["received", "imported"]
Outcome = Literal["valid", "mismatch", "missing", "expired", "malformed", "unchecked"]
AttemptCause = Literal["forward", "replay", "send", "retry"]
Openness = Literal["opening", "up", "down", "closed"]

HANDSHAKE = "handshake."
"""Begins the event type of a delivery that was a handshake; its name follows."""


class Delivery(NamedTuple):
    """One request received, with what was read off it; all of it facts that never change."""

    id: int
    """Given by the store on commit; 0 before."""
    received_at: datetime
    endpoint: str
    """The path that the sender called, without the query; `/webhook/stripe`."""
    request: Request
    body_sha256: bytes
    """32 bytes: the proof that the body is the one that came."""
    origin: Origin = "received"
    provider: str | None = None
    event_type: str | None = None
    event_id: str | None = None
    remote: str | None = None
    """Address of the peer, without its port."""

    @property
    def handshake(self) -> str | None:
        """The name of the handshake that it was; None for all that is to be passed on."""
        found = self.event_type
        return found[len(HANDSHAKE) :] if found is not None and found.startswith(HANDSHAKE) else None

    def stored(self, id: int) -> "Delivery":
        """As it is known once it is on disk: with its id, the body left where it is."""
        _, received_at, endpoint, request, sha256, origin, provider, event_type, event_id, remote = self
        request = Request(request.method, request.url, request.headers, Elsewhere(len(request.body)))
        return Delivery(id, received_at, endpoint, request, sha256, origin, provider, event_type, event_id, remote)


class Verdict(NamedTuple):
    """What we think of a delivery's signature."""

    outcome: Outcome
    reason: str
    """One sentence."""
    cause: str | None = None
    """A slug that scripts can match: `stale`, `wrong-secret`, …"""
    fix: str | None = None
    """One sentence that says what to do."""
    signed_at: datetime | None = None
    secret_label: str | None = None


class Attempt(NamedTuple):
    """One request sent to a target, with its outcome: a response or an error, never both."""

    id: int
    """Given by the store; 0 before."""
    delivery_id: int | None
    """None for a `send`, which has no delivery."""
    cause: AttemptCause
    number: int
    """1 for the first attempt, more for its retries."""
    target: str
    """The URL that was called, without its credentials."""
    started_at: datetime
    duration: timedelta
    request: Request
    response: Response | None = None
    error: str | None = None
    """`slug: sentence`, e.g. `connection_refused: nothing listens on 127.0.0.1:3000`."""
    resigned: bool = False
    request_sha256: bytes = b""
    """SHA-256 of the body that was sent."""


class Record(NamedTuple):
    """A delivery with what is known of it now: the row of a list."""

    delivery: Delivery
    verdict: Verdict | None = None
    status: int | None = None
    """Of the last attempt; None where there was none, or no answer."""
    duplicate_of: int | None = None
    """The first delivery of the same event to the same endpoint."""


class Secret(NamedTuple):
    """A shared secret or key. Shown by its label alone, in `repr` and everywhere."""

    label: str
    value: str

    def __repr__(self) -> str:
        return f"Secret({self.label!r})"


class Event(NamedTuple):
    """What a sender would tell: a type and its content, not yet a request."""

    provider: str
    type: str
    payload: Any


class Target(NamedTuple):
    """Where deliveries are passed on to."""

    url: str
    """Absolute. Without a path, the delivery's own path and query are kept."""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """Set on each request, in the place of a header of the same name."""
    timeout: timedelta = timedelta(seconds=30)
    only: tuple[str, ...] = ()
    """Globs of the event types wanted; empty for all."""


class Endpoint(NamedTuple):
    """A path of ours that a provider calls, and what is known of its sender."""

    path: str
    provider: str | None = None
    secrets: tuple[Secret, ...] = ()
    tolerance: timedelta | None = None
    """How old a signed timestamp may be; None for the scheme's own."""
    params: tuple[tuple[str, str], ...] = ()
    """What the provider's scheme or handshakes need beside the secret, by name."""


class TunnelState(NamedTuple):
    """What became of a tunnel: each change is a new one. A gap is the time from a `down` to the next `up`."""

    at: datetime
    """When it began to be so, as far as is known: of a computer that slept, when it fell asleep."""
    tunnel: str
    """Its kind: `ngrok`."""
    state: Openness
    public_url: str | None = None
    checked: bool = False
    """A request went through it, from the public URL to here."""
    reason: str | None = None
    """Why it is down, or up and not checked; a phrase."""
    hint: str | None = None
    """What mends that, a phrase."""
    slug: str | None = None
    """The maker's own code: `ERR_NGROK_108`."""
    pid: int | None = None
    down_since: datetime | None = None
    """The beginning of the gap that this `up` ends."""


class Gap(NamedTuple):
    """A time in which a tunnel was down, and nothing could come."""

    tunnel: str
    began_at: datetime
    ended_at: datetime | None
    """None where it was not seen to end: it goes on, or whcli was killed meanwhile."""
    public_url: str | None = None
    reason: str | None = None
