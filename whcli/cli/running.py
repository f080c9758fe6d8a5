"""The listener that runs on this database, told from those that only announced themselves."""

from __future__ import annotations

import json
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

PATIENCE = timedelta(seconds=1)
"""For the answer of a listener on this machine; a program that is none may never answer."""


def endpoint(env: Env, provider: str) -> str:
    """The URL of a provider's endpoint at the newest listener that runs. Raises NotDelivered where there is none."""
    from whcli.net.sender import Sender

    hint = "start one with whcli listen, or name a target: whcli send 3000/hooks …"
    with Sender(allow_remote=True, database=env.config.db) as sender:
        for each in env.store.listeners():
            try:
                if _answers(sender, each):
                    return f"{each.url}/webhook/{provider}"
            except SendError as error:
                hint = error.message if error.slug == "tls" else hint
    raise NotDelivered(f"no listener is running on {env.config.db}", hint=hint)


def _answers(sender: Sender, announced: Announcement) -> bool:
    """Whether a listener is there still: one that was killed may have left its port to another program.

    Raises SendError.
    """
    request = prepare(Request("GET", f"{announced.url}/health"), Target(announced.url))
    try:
        said = json.loads(sender.send(request, timeout=PATIENCE).body)
    except (ValueError, RecursionError):
        return False
    return isinstance(said, dict) and said.get("pid") == announced.pid
