"""`whcli listen`, durable and verifying, beside a bare aiohttp handler."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from benches import load, processes
from benches.measure import Goal, Setting, in_turns, ratios

THROUGHPUT = {1: None, 32: Goal(0.55, at_least=True), 128: Goal(0.58, at_least=True)}
CPU = {32: Goal(1.8)}
ADDED_MS = {1: Goal(0.3)}
SHOWN = Goal(1.05)


class Round(NamedTuple):
    """One side under load once."""

    load: load.Load
    cpu_us: float
    """Of the server, for each request."""


def run(setting: Setting) -> None:
    """Throughput, CPU and time to the answer at 1, 32 and 128 connections; then what showing deliveries costs."""
    for connections in THROUGHPUT:
        _beside_bare(setting, connections)
    _variants(setting)


def _beside_bare(setting: Setting, connections: int) -> None:
    db = setting.folder / f"listen-{connections}.db"
    with processes.bare() as bare, processes.listening(db) as ours:
        sides = {"bare": _side(bare, connections, setting.seconds), "ours": _side(ours, connections, setting.seconds)}
        in_turns(1, {name: _side(each, connections, 1) for name, each in (("bare", bare), ("ours", ours))})
        warm = processes.rows(db)
        found = in_turns(setting.rounds, sides)
    report = setting.report
    at = f"{connections} connection{'s' if connections > 1 else ''}"
    a, b = found["ours"], found["bare"]
    report.figure(f"bare at {at}", [each.load.rate for each in b], unit="req/s")
    report.figure(f"whcli listen at {at}", [each.load.rate for each in a], unit="req/s")
    report.figure(
        f"  throughput at {at}",
        ratios([each.load.rate for each in a], [each.load.rate for each in b]),
        unit="of bare",
        goal=THROUGHPUT[connections],
    )
    report.figure("  CPU per request, bare", [each.cpu_us for each in b], unit="us")
    report.figure("  CPU per request, whcli", [each.cpu_us for each in a], unit="us")
    report.figure(
        f"  CPU per request at {at}",
        ratios([each.cpu_us for each in a], [each.cpu_us for each in b]),
        unit="x bare",
        goal=CPU.get(connections),
    )
    added = [x.load.p50_ms - y.load.p50_ms for x, y in zip(a, b, strict=True)]
    report.figure(f"  p50 added at {at}", added, unit="ms", goal=ADDED_MS.get(connections))
    report.figure("  p99, whcli", [each.load.p99_ms for each in a], unit="ms")
    _check(setting, db, warm, a, connections)
    processes.remove(db)


def _check(setting: Setting, db: Path, before: int, found: list[Round], connections: int) -> None:
    """Every answer was a 2xx, and what was acknowledged is stored; beside it at most what was in flight at each end."""
    bad, acknowledged = sum(each.load.bad for each in found), sum(each.load.requests for each in found)
    if bad:
        setting.report.wrong(f"{bad} answers of {acknowledged} were not 2xx")
    stored = processes.rows(db) - before
    if not 0 <= stored - acknowledged <= connections * (len(found) + 1):  # the warming up had an end, too
        setting.report.wrong(f"{acknowledged} deliveries were acknowledged, {stored} are stored")
    else:
        beside = f", {stored - acknowledged} more whose sender left" if stored > acknowledged else ""
        setting.report.note(f"  {acknowledged:,} acknowledged, all of them stored{beside}")


def _variants(setting: Setting) -> None:
    """At 32 connections, each beside a listener that shows nothing: what its lines cost, and ids in no order at all."""
    terminal = processes.Terminal()
    with (setting.folder / "shown.out").open("wb") as out:
        _variant(setting, "showing deliveries on a terminal", goal=SHOWN, stdout=terminal.slave)
        _variant(setting, "showing them in a file", stdout=out)
        _variant(setting, "showing them to /dev/null")
        _variant(setting, "--json to a file", "--json", stdout=out)
        _variant(setting, "ids in no order (UUID version 4)", program=processes.SILENT, scattered=True)
    terminal.close()


def _variant(
    setting: Setting, what: str, *options: str, goal: Goal | None = None, scattered: bool = False, **more: Any
) -> None:
    connections = 32
    dbs = [setting.folder / "silent.db", setting.folder / "variant.db"]
    with (
        processes.listening(dbs[0], program=processes.SILENT) as silent,
        processes.listening(dbs[1], *options, **more) as variant,
    ):
        servers = {"silent": (silent, False), "variant": (variant, scattered)}
        in_turns(1, {name: _side(server, connections, 1) for name, (server, _) in servers.items()})
        sides = {
            name: _side(server, connections, setting.seconds, scattered=scattered)
            for name, (server, scattered) in servers.items()
        }
        found = in_turns(setting.rounds, sides)
    cpu = ratios([each.cpu_us for each in found["variant"]], [each.cpu_us for each in found["silent"]])
    rate = ratios([each.load.rate for each in found["variant"]], [each.load.rate for each in found["silent"]])
    setting.report.figure(f"CPU per request, {what}", cpu, unit="x silent", goal=goal)
    setting.report.figure("  throughput", rate, unit="of that")
    for db in dbs:
        processes.remove(db)


def _side(
    server: processes.Process, connections: int, seconds: float, *, scattered: bool = False
) -> Callable[[], Round]:
    def once() -> Round:
        os.sync()  # what one side has left to write must not be written in another's time
        before = server.cpu()
        found = load.put(
            server.port, connections=connections, seconds=seconds, secret=processes.SECRET, scattered=scattered
        )
        return Round(found, (server.cpu() - before) / found.requests * 1e6)

    return once
