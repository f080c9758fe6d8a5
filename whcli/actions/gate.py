"""Who may call, where not everybody may: requests of other addresses end here, and are not stored."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from whcli.actions.capture import HEALTH, Answer
from whcli.http import Request, path_of
from whcli.ranges import allows
from whcli.reply import refusal

if TYPE_CHECKING:
    from whcli.ranges import Network

HERE = ("127.0.0.1", "::1")
FORBIDDEN = 403


class Gate:
    """Stands before a handler. Commands on this machine may always ask whether the listener is well."""

    def __init__(
        self,
        handle: Callable[[Request, str | None, Answer], None],
        networks: "Sequence[Network]",
        *,
        refused: Callable[[int, str], None],
    ) -> None:
        self._handle = handle
        self._networks = networks
        self._refused = refused

    def __call__(self, request: Request, remote: str | None, answer: Answer) -> None:
        """Pass a request on if its address may call, else answer 403 and say so."""
        if allows(self._networks, remote) or (remote in HERE and path_of(request.url) == HEALTH):
            self._handle(request, remote, answer)
            return
        reason = f"{remote or 'an unknown address'} may not call (--allow-ip)"
        self._refused(FORBIDDEN, reason)
        answer(refusal(FORBIDDEN, reason))
