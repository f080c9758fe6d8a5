"""What a provider is: one record, read by everything that verifies, signs, detects, lists or answers."""

from collections.abc import Callable
from typing import Literal, NamedTuple

from whcli.http import Headers, Request, Response
from whcli.signing import Scheme
from whcli.signing.slots import Slot

Handshake = Callable[[Request], Response | None]
"""The answer that proves to a provider that the endpoint is ours, or None for an ordinary request."""


Confidence = Literal["high", "medium"]
"""High: read in the provider's documents, source or official SDK. Medium: in independent code that agrees."""


class Provider(NamedTuple):
    """Who sends webhooks, and how."""

    name: str
    """As in `--provider NAME` and `/webhook/NAME`; the file's name with hyphens."""
    title: str
    docs: str
    scheme: Scheme
    event_type: tuple[Slot, ...]
    """Tried in order; the first that holds something tells."""
    event_id: tuple[Slot, ...]
    """Likewise. The same for each retry of one event, so that a duplicate shows."""
    marks: tuple[str, ...]
    """Headers that, all there, tell that this provider sent it."""
    secret_hint: str
    """Where the user finds the secret."""
    secret_env: str
    """The environment variable that its users name it by."""
    handshake: Handshake | None = None
    """None for a provider that asks for no proof."""
    other_marks: tuple[tuple[str, ...], ...] = ()
    """Further sets of headers, each as good as `marks`."""
    events: tuple[str, ...] = ()
    """Names of real events, the most usual first."""
    confidence: Confidence = "high"


def echo(challenge: Slot, *, when: Slot, equals: str) -> Handshake:
    """A handshake that sends the challenge back as text, where `when` holds `equals`."""

    def answer(request: Request) -> Response | None:
        text = challenge.read(request) if when.read(request) == equals else None
        if text is None:
            return None
        body = text.encode("utf-8")
        kind = ((b"Content-Type", b"text/plain; charset=utf-8"), (b"X-Content-Type-Options", b"nosniff"))
        return Response(200, Headers(kind), body, len(body))

    return answer
