"""What a request passes before it is handled, where a tunnel leads here: probes end at it, callers are told apart."""

import time
from collections.abc import Callable

from whcli.http import Request, Response, path_of, split_url
from whcli.reply import reply

PROBE = b"Whcli-Probe"
"""The header of a probe: a token that is good once."""
PROBE_PATH = "/health"
"""Where a probe goes: what comes there is ours to answer, and is no delivery, whatever is made up of it."""
HERE = ("127.0.0.1", "::1")

Answer = Callable[[Response], None]
Handle = Callable[[Request, str | None, Answer], None]


class Door:
    """Stands before a handler, in the place of which it is given to the listener."""

    def __init__(self, handle: Handle) -> None:
        self._handle = handle
        self._host = b""
        self._caller: bytes | None = None
        self._expected: set[bytes] = set()
        self.last_called = 0.0
        """When something last came through the tunnel, in seconds of `time.monotonic`."""

    def lead(self, public_url: str, caller: bytes | None) -> None:
        """A tunnel of ours leads here. `caller` is the header in which it names who called, if it always does."""
        self._host = split_url(public_url)[0].partition("://")[2].lower().encode()
        self._caller = caller

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
        if self._host and remote in HERE:
            said = headers.all(self._caller) if self._caller else []
            if said or (headers.first(b"host") or b"").lower() == self._host:  # `name:443` is the same name
                self.last_called = time.monotonic()
                remote = _last(said)
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
