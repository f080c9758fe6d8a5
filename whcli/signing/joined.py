"""Slots that are read together, where an event's type or id is told in pieces."""

from __future__ import annotations

from whcli.errors import UsageError
from whcli.http import Request
from whcli.signing.slots import Slot


class Joined(Slot):
    """The values of several slots with a text between them; absent where one of them is."""

    def __init__(self, *slots: Slot, by: str = ".") -> None:
        self.slots = slots
        self.by = by.encode()
        self.name = by.join(slot.name for slot in slots)
        self.where = " and ".join(slot.where for slot in slots)

    def lines(self, request: Request) -> list[bytes]:
        """At most one, of the first value of each slot."""
        found = [next(iter(slot.lines(request)), None) for slot in self.slots]
        told = [value for value in found if value is not None]
        return [self.by.join(told)] if len(told) == len(found) else []

    def put(self, request: Request, value: bytes) -> Request:
        """Each slot with its piece of the text. Raises UsageError for a text of fewer pieces; TypeError as they do."""
        told = value.split(self.by, len(self.slots) - 1)
        if len(told) < len(self.slots):
            raise UsageError(f"{value.decode(errors='replace')!r} has no {self.by.decode()!r} in it, for {self.where}")
        for slot, piece in zip(self.slots, told, strict=True):
            request = slot.put(request, piece)
        return request
