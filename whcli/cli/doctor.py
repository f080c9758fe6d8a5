"""`whcli doctor`."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from whcli.cli import options
from whcli.cli.env import Env
from whcli.errors import ExitCode
from whcli.findings import Finding, State
from whcli.view.tables import pairs
from whcli.view.text import safe
from whcli.view.theme import Span

MARKS: Mapping[State, Span] = {
    "ok": Span("✓ ", "ok"),
    "warn": Span("! ", "warn"),
    "bad": Span("✗ ", "bad"),
    "note": Span("· ", "dim"),
}


def run(ctx: typer.Context, as_json: options.Json = False) -> None:
    """Look for what keeps webhooks from arriving: settings, secrets, database, ports, tunnels, clock.

    Nothing is changed, and no secret is shown. It ends with 1 where something is wrong, and says what mends it.

    Example: whcli doctor
    """
    from whcli.cli import examining

    env: Env = ctx.obj
    states = set()
    for finding in examining.examine(env):
        states.add(finding.state)
        if as_json:
            env.show_json([finding._asdict()], flush=True)
        else:
            env.show(pairs([(f"{finding.name:12}", _line(finding))], width=env.width, style=env.style), flush=True)
    if "bad" in states:
        raise typer.Exit(ExitCode.FAILED)


def _line(finding: Finding) -> list[Span]:
    fix = [Span(f"  → {safe(finding.fix)}", "strong" if finding.state == "bad" else "dim")] if finding.fix else []
    return [MARKS[finding.state], Span(safe(finding.sentence)), *fix]
