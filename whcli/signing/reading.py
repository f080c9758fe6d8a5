"""What a slot holds, read strictly: once, one value, or a verdict that says what is wrong.

A header said twice is malformed for every provider and in either order, since libraries differ on which one counts.
"""

from collections.abc import Collection, Mapping

from whcli.http import Request
from whcli.model import Verdict
from whcli.signing.slot import Slot


class Refused(Exception):
    """A request that cannot be checked, with the verdict on it; never leaves whcli.signing."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict

    @property
    def phrase(self) -> str:
        """The reason as errors are worded; a header's name at its beginning keeps its case."""
        first, _, rest = self.verdict.reason.removesuffix(".").partition(" ")
        return f"{first.lower() if first.isalpha() and first.istitle() else first} {rest}"


class Unsignable(Refused):
    """The request has no content that the scheme could speak of; what a record's own functions raise."""

    def __init__(self, reason: str) -> None:
        super().__init__(Verdict("malformed", reason, "malformed-header"))


Mentions = Mapping[bytes, list[bytes]]
"""The values of some headers, by their names in lower case; only headers that are there."""
NONE: Mentions = {}


def mentions(request: Request, names: Collection[bytes]) -> Mentions:
    """Every value of these headers, found in one pass for all of the slots that they carry."""
    found: dict[bytes, list[bytes]] = {}
    for key, value in request.headers:
        name = key.lower()
        if name in names:
            found.setdefault(name, []).append(value)
    return found


def values(slot: Slot, request: Request, said: Mentions = NONE) -> list[bytes]:
    """The values of a slot, one of them not empty at least. Raises Refused.

    `said` spares a pass over the headers where it holds the one that carries the slot.
    """
    lines = said.get(slot.carried_by) or slot.lines(request)
    if len(lines) == 1:
        found = slot.split(lines[0])
        if any(found):
            return found
        fix = f"Send it as {slot.name}: {slot.shape('…')}"
        raise Refused(Verdict("malformed", f"There is no value for {slot.where}.", "malformed-header", fix))
    if lines:
        fix = "Send it once; a proxy or middleware between may have added the second."
        raise Refused(Verdict("malformed", f"{slot.name} is there {len(lines)} times.", "malformed-header", fix))
    fix = "Check that the sender signs, and that no proxy between drops what it sends."
    raise Refused(Verdict("missing", f"There is no {slot.name}.", "missing-header", fix))


def one(slot: Slot, request: Request, said: Mentions = NONE) -> bytes:
    """The one value of a slot. Raises Refused."""
    found = values(slot, request, said)
    if len(found) > 1:
        raise Refused(Verdict("malformed", f"There are {len(found)} values for {slot.where}.", "malformed-header"))
    return found[0]
