"""What a provider is: one record, read by everything that verifies, signs, detects, lists or answers."""

from typing import Literal, NamedTuple

from whcli.providers.handshakes import Handshake
from whcli.signing import Scheme
from whcli.signing.slots import Slot

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
    handshakes: tuple[Handshake, ...] = ()
    """What it asks of an endpoint beside taking deliveries; the first that a request is counts."""
    other_marks: tuple[tuple[str, ...], ...] = ()
    """Further sets of headers, each as good as `marks`."""
    events: tuple[str, ...] = ()
    """Names of real events, the most usual first."""
    confidence: Confidence = "high"
