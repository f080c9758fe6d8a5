"""Attempts as they come, with a bar where there are many and someone looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

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
    """Show attempts, as lines, JSON or a bar; gives the number of those that got a 2xx. A `total` of 0 is no end."""
    taken = failed = 0
    seen = attempts if as_json or not env.terminal or total < MANY else _with_bar(env, attempts, total)
    for number, attempt in enumerate(seen, 1):
        taken += delivered(attempt)
        failed = number - taken
        if as_json:
            env.show_json([plain.attempt(attempt)], flush=total in (0, number))
        elif seen is attempts or (not delivered(attempt) and failed <= SHOWN):
            env.show([live.attempt(attempt, width=env.width, style=env.style)], flush=not total)
    return taken


def _with_bar(env: Env, attempts: Iterable[Attempt], total: int) -> Iterator[Attempt]:
    with _bar(env, total) as advance:
        for attempt in attempts:
            advance(1)
            yield attempt
    env.talk(f"{total} attempts")


def counted(env: Env, counts: Iterable[int], *, total: int) -> Iterator[int]:
    """Counts as they come, with a bar where someone looks."""
    if not env.terminal:
        yield from counts
        return
    with _bar(env, total) as advance:
        for count in counts:
            advance(count)
            yield count


@contextmanager
def _bar(env: Env, total: int) -> Iterator[Callable[[int], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

    console = Console(stderr=True, no_color=not env.style.color, markup=False, emoji=False, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda count: bar.advance(task, count)


def show_requests(env: Env, requests: Iterable[Request], *, as_json: bool) -> None:
    """Show what would be sent."""
    if as_json:
        env.show_json(plain.request(each) for each in requests)
        return
    from whcli.view import detail

    for request in requests:
        env.show(detail.request(request, width=env.width, style=env.style))
