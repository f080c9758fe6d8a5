"""Slots that share one line with others: pairs, versions, positions. The line is a header's, or another slot's."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from typing import Self

from whcli.http import Request
from whcli.signing.slot import Header, Slot

MOST_ITEMS = 64
"""Items read of one list; with two secrets in rotation a provider writes three or four."""


class _Within(Slot):
    """Some of the values that one place holds together."""

    def __init__(self, carrier: Slot | str, where: str) -> None:
        self.carrier = Header(carrier) if isinstance(carrier, str) else carrier
        self._where = where
        self.name = self.carrier.name
        self.where = f"{where} in {self.carrier.where}"
        self.in_body = self.carrier.in_body
        self.carried_by = self.carrier.carried_by if type(self).lines is _Within.lines else b""

    def lines(self, request: Request) -> list[bytes]:
        """Each mention of the place."""
        return self.carrier.lines(request)

    def blank(self, request: Request) -> Request:
        """The place emptied where it is."""
        return self.carrier.blank(request)

    def bind(self, settings: Mapping[str, str]) -> Self:
        """The same within the place that the user named."""
        bound = copy(self)
        _Within.__init__(bound, self.carrier.bind(settings), self._where)
        return bound

    def _line(self, request: Request) -> bytes:
        return next(iter(self.lines(request)), b"")


class Pair(_Within):
    """The values of one key in a line like `t=1700000000,v1=5257…,v1=8a1b…`."""

    def __init__(self, carrier: Slot | str, key: str, *, separator: str = ",") -> None:
        super().__init__(carrier, f"{key}=")
        self.item = f"{key}=".encode("ascii")
        self._size = len(self.item)
        self.separator = separator.encode("ascii")

    def split(self, line: bytes) -> list[bytes]:
        """The key's values in order, out of the first 64 items.

        An item with a space before it, as where two headers were joined, counts as one without a value: some
        readers take it for the key's and some do not. Where items are not cut by commas, a comma is such a joint
        and spoils the line, as does an item that is empty.
        """
        wanted, size = self.item, self._size
        found: list[bytes] = []
        items = line.split(self.separator, MOST_ITEMS)
        if len(items) > MOST_ITEMS:
            del items[MOST_ITEMS:]
        if self.separator != b"," and (b"" in items or b"," in b"".join(items)):
            return found
        for item in items:
            if item[:size] == wanted:
                found.append(item[size:])
            elif item[:1].isspace() and item.lstrip()[:size] == wanted:
                found.append(b"")
        return found

    def put(self, request: Request, value: bytes) -> Request:
        """The key said once, where it first was or else after what the line holds."""
        items = [item for item in self._line(request).split(self.separator) if item]
        others = [item for item in items if not item.startswith(self.item)]
        place = next((place for place, item in enumerate(items) if item.startswith(self.item)), len(others))
        return self.carrier.put(request, self.separator.join([*others[:place], self.item + value, *others[place:]]))

    def shape(self, value: str) -> str:
        """`v1=<hex>`."""
        return self.item.decode() + value


class Listed(_Within):
    """The values of one version in a line like `v1,K5oZ… v1,9fBx… v1a,…` (Standard Webhooks)."""

    def __init__(self, carrier: Slot | str, version: str) -> None:
        super().__init__(carrier, f"{version},")
        self.item = f"{version},".encode("ascii")

    def split(self, line: bytes) -> list[bytes]:
        """The version's values in order, out of the first 64 items; none where an item is no `version,signature`."""
        wanted, size = self.item, len(self.item)
        found = []
        for item in line.split(b" ", MOST_ITEMS)[:MOST_ITEMS]:
            if item.count(b",") != 1:
                return []
            if item[:size] == wanted:
                found.append(item[size:])
        return found

    def put(self, request: Request, value: bytes) -> Request:
        """The version said once, after those of other versions."""
        items = [item for item in self._line(request).split(b" ") if item and not item.startswith(self.item)]
        return self.carrier.put(request, b" ".join([*items, self.item + value]))

    def shape(self, value: str) -> str:
        """`v1,<base64>`."""
        return self.item.decode() + value


class Items(_Within):
    """The values of a line by their place in it: `1700000000,5257…,8a1b…` from the second on, or all of them."""

    def __init__(self, carrier: Slot | str, start: int = 0, stop: int | None = None, *, separator: str = ",") -> None:
        super().__init__(carrier, f"item {start + 1}" if start or stop else "an item")
        self.start = start
        self.stop = MOST_ITEMS if stop is None else stop
        self.separator = separator.encode("ascii")

    def split(self, line: bytes) -> list[bytes]:
        """The values in order, out of the first 64 items; those with a blank at an end count as empty."""
        items = line.split(self.separator, MOST_ITEMS)[self.start : self.stop]
        return [b"" if item.strip() != item else item for item in items]

    def put(self, request: Request, value: bytes) -> Request:
        """The value in its place, and no other of its kind."""
        items = self._line(request).split(self.separator)[: self.start]
        front = items + [b""] * (self.start - len(items))
        behind = self._line(request).split(self.separator)[self.stop :]
        return self.carrier.put(request, self.separator.join([*front, value, *behind]))

    def shape(self, value: str) -> str:
        """`…,<hex>` for one that is not the first."""
        return "…" + self.separator.decode() + value if self.start else value
