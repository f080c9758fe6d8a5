"""`scripts/bench`: which sections, how long, where; the summary."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from importlib import import_module
from pathlib import Path

from benches import peers
from benches.measure import Report, Setting

SECTIONS = {
    "listen": "beside a bare aiohttp handler that reads the body and answers 200",
    "signatures": "beside the bare hash",
    "startup": "CPU time over that of `python -c pass`",
    "reads": "queries over a large database",
    "replay": "beside wrk on the same target",
    "tail": "from the listener's answer to the line",
    "memory": "resident, and under large bodies and idle connections",
    "peers": "other receivers, which keep nothing",
}


def main() -> int:
    options = _options()
    if options.python and Path(options.python).absolute() != Path(sys.executable).absolute():
        os.execv(options.python, [options.python, "-m", "benches", *sys.argv[1:]])  # the option leads back here
    if options.setup_peers:
        print(peers.set_up())
        return 0
    report = Report()
    _machine()
    root = Path(options.dir).absolute() if options.dir else Path(tempfile.mkdtemp(prefix=".bench-", dir=Path.cwd()))
    root.mkdir(parents=True, exist_ok=True)
    setting = Setting(
        rounds=options.rounds or (2 if options.quick else 5),
        seconds=options.seconds or (2 if options.quick else 4),
        folder=root,
        keep=bool(options.dir),
        rows=options.rows,
        peers_python=Path(options.peers_python) if options.peers_python else peers.made(),
        report=report,
    )
    try:
        for name in options.sections or SECTIONS:
            report.section(f"{name}: {SECTIONS[name]}")
            import_module(f"benches.{name}").run(setting)
    finally:
        if not setting.keep:
            shutil.rmtree(root, ignore_errors=True)
    print("\nGoals missed:" if report.missed else "\nEvery goal was met.")
    for line in report.missed:
        print(f"  {line}")
    return 1 if options.strict and report.missed else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="scripts/bench", description="Benchmarks against the goals, as ratios.")
    parser.add_argument("sections", nargs="*", choices=[*SECTIONS, []], metavar="SECTION", help=", ".join(SECTIONS))
    parser.add_argument("--quick", action="store_true", help="two rounds of 2 s instead of five of 4 s")
    parser.add_argument("--rounds", type=int, metavar="N", help="paired rounds")
    parser.add_argument("--seconds", type=float, metavar="S", help="of load in each round")
    parser.add_argument("--dir", help="on the disk to measure; kept, so that the large database is made once")
    parser.add_argument("--rows", type=int, default=1_000_000, metavar="N", help="deliveries for `reads`")
    parser.add_argument("--python", metavar="PATH", help="the Python of another installation of whcli")
    parser.add_argument("--peers-python", metavar="PATH", help="the Python that has the peers")
    parser.add_argument("--setup-peers", action="store_true", help="make such a Python in a temporary folder")
    parser.add_argument("--strict", action="store_true", help="exit with 1 when a goal is missed")
    return parser.parse_args()


def _machine() -> None:
    """What the figures were taken on."""
    from importlib.metadata import PackageNotFoundError, version

    def of(name: str) -> str:
        try:
            return version(name)
        except PackageNotFoundError:
            return "none"

    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"Python {sys.version.split()[0]}, aiohttp {of('aiohttp')}, typer {of('typer')}")
    print(f"{os.cpu_count()} processors, load {load}")
    if shutil.which("wrk") is None:
        print("wrk is missing (apt install wrk, brew install wrk): a slower generator in Python stands in for it")


if __name__ == "__main__":
    sys.exit(main())
