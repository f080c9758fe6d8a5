"""A slot for what is told by the name of a key, rather than by a value: what happened, and all of it under its name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from whcli.http import Request
from whcli.signing.slots import Slot, parse_json


class FirstKey(Slot):
    """The first key that fits of the object that the body is."""

    def __init__(self, where: str, fits: Callable[[str], bool], *, empty: Any = ({},)) -> None:
        self.name = self.where = where
        self.fits = fits
        self.empty = empty
        """What stands under the key in a body that is made here."""

    def lines(self, request: Request) -> list[bytes]:
        """At most one key."""
        document = parse_json(request.body)
        keys = filter(self.fits, document if isinstance(document, dict) else ())
        return [key.encode("utf-8", "backslashreplace") for key in keys][:1]

    def put(self, request: Request, value: bytes) -> Request:
        """A body of that key alone, with nothing under it."""
        return request._replace(body=json.dumps({value.decode(): self.empty}).encode())
