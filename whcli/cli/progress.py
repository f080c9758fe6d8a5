"""Attempts as they come, with a bar where there are many and someone looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whcli.cli.env import Env
from whcli.formats import plain
from whcli.http import Request
from whcli.model import Attempt
from whcli.schedule import delivered
from whcli.view import live

MANY = 10
"""Attempts from which on a bar tells more than lines."""
SHOWN = 10
"""Failures that are shown beside a bar."""


def show(env: Env, attempts: Iterable[Attempt], *, total: int, as_json: bool) -> int:
    """Show attempts, as lines, JSON or a bar; gives the number of those that got a 2xx."""
    taken = failed = 0
    seen = attempts if as_json or not env.terminal or total < MANY else _with_bar(env, attempts, total)
    for number, attempt in enumerate(seen, 1):
        taken += delivered(attempt)
        failed = number - taken
        if as_json:
            env.show_json([plain.attempt(attempt)], flush=number == total)
        elif seen is attempts or (not delivered(attempt) and failed <= SHOWN):
            env.show([live.attempt(attempt, width=env.width, style=env.style)])
    return taken


def _with_bar(env: Env, attempts: Iterable[Attempt], total: int) -> Iterator[Attempt]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, no_color=not env.style.color, markup=False, emoji=False, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        for attempt in attempts:
            bar.advance(task)
            yield attempt
    env.talk(f"{total} attempts")


def show_requests(env: Env, requests: Iterable[Request], *, as_json: bool) -> None:
    """Show what would be sent."""
    if as_json:
        env.show_json(plain.request(each) for each in requests)
        return
    from whcli.view import detail

    for request in requests:
        env.show(detail.request(request, width=env.width, style=env.style))
