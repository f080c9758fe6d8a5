"""Public keys for a listener: those at hand at once, others fetched by a thread of their own, within a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from whcli.model import Secret

if TYPE_CHECKING:
    from whcli.net.keys import Keys
    from whcli.signing import KeySource

PATIENCE = 5.0
"""Seconds that a delivery waits for its key; a provider may wait ten for the answer."""
MOST = 16
"""Keys that are waited for; deliveries that name ever new ones are judged without."""


class KeyHolder:
    """The keys of one loop. A key that is waited for is fetched once, however many wait."""

    def __init__(self, keys: "Keys", *, patience: float = PATIENCE) -> None:
        self._keys = keys
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, "whcli-keys")
        self._under_way: dict[str, asyncio.Future[str | None]] = {}

    def held(self, source: "KeySource") -> Secret | None:
        """A key that is in memory."""
        return _key(source, self._keys.held(source))

    async def get(self, source: "KeySource") -> Secret | None:
        """A key; None where it cannot be had in time."""
        fetching = self._under_way.get(source.url)
        if fetching is None:
            if len(self._under_way) >= MOST:
                return None
            fetching = asyncio.get_running_loop().run_in_executor(self._thread, self._keys.get, source)
            self._under_way[source.url] = fetching
            fetching.add_done_callback(lambda _: self._under_way.pop(source.url))
        await asyncio.wait([fetching], timeout=self._patience)
        return _key(source, fetching.result()) if fetching.done() else None


def _key(source: "KeySource", text: str | None) -> Secret | None:
    return Secret(source.url, text) if text is not None else None
