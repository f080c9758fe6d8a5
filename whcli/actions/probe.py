"""Does a public URL lead here? A request with a token that is good once, sent to it from outside."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import NamedTuple

from whcli.actions.door import PROBE, PROBE_PATH, Door
from whcli.errors import SendError, TunnelError
from whcli.http import Headers, Request, Response, beginning
from whcli.model import Target
from whcli.outgoing import prepare

PATIENCE = timedelta(seconds=4)

TRIED = frozenset({"timeout", "no_answer", "reset", "truncated_response", "malformed_response"})
"""What can go wrong once the tunnel's servers were reached; all else says that they could not be tried."""


class Finding(NamedTuple):
    """What a probe found; nothing to say where it came through."""

    reason: str | None = None
    """Why it did not, a phrase."""
    hint: str | None = None
    slug: str | None = None
    tried: bool = True
    """False where the public URL could not even be called from here."""


class Prober:
    """Sends probes through a public URL to a door."""

    def __init__(
        self,
        door: Door,
        *,
        send: Callable[[Request, timedelta], Awaitable[Response]],
        token: Callable[[], str],
        explain: Callable[[Response], TunnelError | None],
    ) -> None:
        self._door = door
        self._send = send
        self._token = token
        self._explain = explain

    async def __call__(self, public_url: str) -> Finding:
        """Send one; it never fails, whatever answers."""
        token = self._token().encode("ascii")
        url = public_url + PROBE_PATH
        headers = Headers([(b"Host", b""), (b"User-Agent", b"whcli"), (PROBE, token), *SKIPPING])
        self._door.expect(token)
        try:
            response = await self._send(prepare(Request("GET", url, headers), Target(url)), PATIENCE)
        except SendError as error:
            return Finding(*_WORDS.get(error.slug, (error.message, HINT)), tried=error.slug in TRIED)
        finally:
            came = self._door.arrived(token)
        if came and token in beginning(response.body, 1000):
            return Finding()
        if known := self._explain(response):
            return Finding(known.message, known.hint, known.slug)
        where = "the answer to it does not come back" if came else "it does not lead here"
        return Finding(f"the public URL answers with {response.status}, but {where}", "see what else has that URL")


HINT = "check this computer's connection, and the tunnel's own page of its state"
_WORDS = {
    "dns": ("the name of the public URL is not known here", "it may take a minute; else check DNS, and the connection"),
    "connection_refused": ("the tunnel's servers refuse the connection", HINT),
    "unreachable": ("the tunnel's servers cannot be reached from here", HINT),
    "timeout": (f"the public URL gives no answer within {PATIENCE.total_seconds():g} seconds", HINT),
    "reset": ("the public URL breaks the connection off", HINT),
    "no_answer": ("the public URL closes the connection without an answer", HINT),
    "not_allowed": ("the public URL has an address in a private network", "is a proxy or a DNS filter in the way?"),
}
"""What an error of sending says of a tunnel, by its slug: cause and remedy."""

SKIPPING = ((b"ngrok-skip-browser-warning", b"1"), (b"Accept", b"*/*"))
"""So that no page for people stands in the way."""
