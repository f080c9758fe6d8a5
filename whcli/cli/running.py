"""The listener that runs on this database, told from those that only announced themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from whcli.errors import NotDelivered, SendError
from whcli.http import Request
from whcli.model import Target
from whcli.outgoing import prepare

if TYPE_CHECKING:
    from whcli.cli.env import Env
    from whcli.net.sender import Sender
    from whcli.store import Announcement

DEFAULT_PORT = 8400
"""Of a listener, where none is asked for; the next that is free where it is taken."""
PATIENCE = timedelta(seconds=1)
"""For the answer of a listener on this machine; a program that is none may never answer."""


def endpoint(env: Env, provider: str) -> str:
    """The URL of a provider's endpoint at the newest listener that runs. Raises NotDelivered where there is none."""
    hint = "start one with whcli listen, or name a target: whcli send 3000/hooks …"
    for each, hindrance in announced(env):
        if hindrance is None:
            return f"{each.url}/webhook/{provider}"
        hint = hindrance.message if hindrance.slug == "tls" else hint
    raise NotDelivered(f"no listener is running on {env.config.db}", hint=hint)


def announced(env: Env) -> Iterator[tuple[Announcement, SendError | None]]:
    """The listeners that announced themselves, newest first, and what is in the way of those that do not answer."""
    from whcli.net.sender import Sender

    with Sender(allow_remote=True, database=env.config.db) as sender:
        for each in env.store.listeners():
            try:
                _ask(sender, each)
                yield each, None
            except SendError as error:
                yield each, error


def _ask(sender: Sender, announced: Announcement) -> None:
    """Ask a listener who it is: one that was killed may have left its port to another program. Raises SendError."""
    request = prepare(Request("GET", f"{announced.url}/health"), Target(announced.url))
    try:
        said = json.loads(sender.send(request, timeout=PATIENCE).body)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or said.get("pid") != announced.pid:
        raise SendError("not_ours", f"another program answers at {announced.url} by now")
