"""What a request passes before it is handled, where a tunnel leads here: probes end at it, callers are told apart."""

import time
from collections.abc import Callable

from whcli.http import Request, Response, path_of
from whcli.reply import reply

PROBE = b"Whcli-Probe"
"""The header of a probe: a token that is good once."""
PROBE_PATH = "/health"
"""Where a probe goes: what comes there is ours to answer, and is no delivery, whatever is made up of it."""

Answer = Callable[[Response], None]
Handle = Callable[[Request, str | None, Answer], None]


class Door:
    """Stands before a handler, in the place of which it is given to the listener.

    What has no address came by the tunnel: there is a port for it alone.
    """

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self.caller: bytes | None = None
        """The header in which the tunnel that leads here names who called, if it always does."""
        self._expected: set[bytes] = set()
        self.last_called = 0.0
        """When something last came through the tunnel, in seconds of `time.monotonic`."""

    def expect(self, token: bytes) -> None:
        """A probe with this token is on its way."""
        self._expected.add(token)

    def arrived(self, token: bytes) -> bool:
        """Whether it came; it is expected no more."""
        if token in self._expected:
            self._expected.discard(token)
            return False
        return True

    def __call__(self, request: Request, remote: str | None, answer: Answer) -> None:
        """Answer a probe, or pass a request on with the address of who called."""
        headers = request.headers
        if remote is None:
            self.last_called = time.monotonic()
            remote = _last(headers.all(self.caller)) if self.caller else None
        token = headers.first(PROBE)
        if token in self._expected and request.method == "GET" and path_of(request.url) == PROBE_PATH:
            self._expected.discard(token)
            answer(reply(200, {"probe": token.decode("ascii")}))
            return
        self._handle(request, remote, answer)


def _last(values: list[bytes]) -> str | None:
    """The address that stands last: those before it are what the caller said of itself."""
    last = values[-1].rpartition(b",")[2].strip() if values else b""
    return last.decode("ascii") if last and last.isascii() and len(last) <= LONGEST else None


LONGEST = 45
"""Characters of an address, at most: of IPv6 with IPv4 at its end."""
