"""`whcli send --handshake`: the answers shown, and whether the provider would be content with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from whcli.cli.env import Env
from whcli.errors import NotDelivered, WhcliError
from whcli.formats import plain
from whcli.model import Attempt, Secret
from whcli.providers.handshakes import Handshake
from whcli.schedule import delivered
from whcli.view import live
from whcli.view.theme import Span


def show(
    env: Env,
    attempts: Iterable[Attempt],
    handshake: Handshake,
    *,
    secrets: Sequence[Secret],
    params: Mapping[str, str],
    as_json: bool,
) -> None:
    """Show each answer with what is wrong with it.

    Raises NotDelivered where the last answer is none, or no 2xx, WhcliError where it is not what the provider wants.
    """
    last, unmet = None, None
    for last in attempts:
        unmet = _unmet(last, handshake, secrets=secrets, params=params)
        if as_json:
            env.show_json([{**plain.attempt(last), "handshake": handshake.name, "unmet": unmet}])
            continue
        env.show([live.attempt(last, width=env.width, style=env.style)])
        verdict = Span(f"✗ {unmet}", "bad") if unmet else Span(f"✓ the handshake {handshake.name} is answered", "ok")
        env.show([env.style.line([verdict], env.width)])
    if last is not None and not delivered(last):
        raise NotDelivered(f"the handshake {handshake.name} did not get a 2xx")
    if unmet:
        raise WhcliError(f"the provider would not take this answer to {handshake.name}")


def _unmet(
    attempt: Attempt, handshake: Handshake, *, secrets: Sequence[Secret], params: Mapping[str, str]
) -> str | None:
    if attempt.response is None:
        return attempt.error
    return handshake.unmet(attempt.request, attempt.response, secrets=secrets, params=params)
