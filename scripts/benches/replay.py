"""`whcli replay` of many deliveries, each attempt stored, beside wrk on the same target."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import time
from pathlib import Path

from benches import data, load, processes
from benches.measure import Goal, Setting, in_turns, ratios

COUNT = 10_000
CONCURRENCY = 16


def run(setting: Setting) -> None:
    """The whole command, its start and end included."""
    db = setting.folder / "replay.db"
    data.build(db, COUNT)
    cpu: list[float] = []
    with processes.bare() as target:

        def ours() -> float:
            words = [processes.WHCLI, "--db", str(db), "replay", f"1-{COUNT}", "--concurrency", str(CONCURRENCY)]
            began = time.perf_counter()
            with processes.Process([*words, "--to", target.url, "--json"], stdout=subprocess.DEVNULL) as process:
                seconds, status = process.wait()
            if status:
                raise RuntimeError(f"{' '.join(words)} ended with {status}")
            cpu.append(seconds / COUNT * 1e6)
            return COUNT / (time.perf_counter() - began)

        def wrk() -> float:
            return load.put(target.port, connections=CONCURRENCY, seconds=setting.seconds).rate

        in_turns(1, {"wrk": wrk, "ours": ours})
        cpu.clear()
        found = in_turns(setting.rounds, {"wrk": wrk, "ours": ours})
    report = setting.report
    report.figure(f"wrk -c{CONCURRENCY}", found["wrk"], unit="req/s")
    report.figure(f"whcli replay 1-{COUNT} --concurrency {CONCURRENCY}", found["ours"], unit="req/s")
    report.figure("  throughput", ratios(found["ours"], found["wrk"]), unit="of wrk", goal=Goal(0.35, at_least=True))
    report.figure("  CPU for each delivery", cpu, unit="us")
    stored, wanted = _attempts(db), COUNT * (setting.rounds + 1)
    if stored != wanted:
        report.wrong(f"{wanted} attempts were made, {stored} are stored with a 200")
    processes.remove(db)


def _attempts(db: Path) -> int:
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return int(connection.execute("SELECT count(*) FROM attempts WHERE status = 200").fetchone()[0])
