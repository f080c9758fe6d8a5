"""What a command costs before and beside its work: CPU time over that of `python -c pass`."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from benches import data, processes
from benches.measure import Goal, Setting, in_turns, ratios

ROUNDS = 3
"""For each round of the other sections: these are short."""


def run(setting: Setting) -> None:
    """--help, list, list --json and send, in a pipe and on a terminal."""
    db = setting.folder / "startup.db"
    data.build(db, 1000)
    whcli = (processes.WHCLI, "--db", str(db))
    with _answering() as url:
        send = (*whcli, "send", url, "--event", "payment.success", "--secret", processes.SECRET)
        cases: dict[str, tuple[Sequence[str], bool, Goal | None]] = {
            "--help in a pipe": ((processes.WHCLI, "--help"), False, Goal(6.5)),
            "--help on a terminal": ((processes.WHCLI, "--help"), True, Goal(13)),
            "list --json": ((*whcli, "list", "--json"), False, Goal(6.5)),
            "list in a pipe": ((*whcli, "list"), False, Goal(10)),
            "list on a terminal": ((*whcli, "list"), True, Goal(10)),
            "show last on a terminal": ((*whcli, "show", "last"), True, None),
            "send": (send, False, Goal(8.5)),
        }
        sides: dict[str, Callable[[], float]] = {"pass": lambda: _cpu((processes.PYTHON, "-c", "pass"), terminal=False)}
        for name, (words, terminal, _) in cases.items():
            sides[name] = lambda words=words, terminal=terminal: _cpu(words, terminal=terminal)  # type: ignore[misc]
        in_turns(1, sides)
        found = in_turns(ROUNDS * setting.rounds, sides)
    report = setting.report
    floor = found.pop("pass")
    report.figure("python -c pass", [1000 * each for each in floor], unit="ms")
    for name, values in found.items():
        report.figure(name, ratios(values, floor), unit="x pass", goal=cases[name][2])
        report.figure("  in absolute terms", [1000 * each for each in values], unit="ms")
    processes.remove(db)


def _cpu(words: Sequence[str], *, terminal: bool) -> float:
    """Seconds of CPU of a command, whole. RuntimeError when it fails."""
    screen = processes.Terminal() if terminal else None
    out = screen.slave if screen else subprocess.PIPE
    with subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=processes.ENVIRONMENT
    ) as child:
        said = child.stdout.read() if child.stdout else b""
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if screen:
        screen.close()
    if child.returncode:
        raise RuntimeError(f"{' '.join(words)} ended with {child.returncode}: {said.decode(errors='replace')}")
    return usage.ru_utime + usage.ru_stime


class _Target(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def _answering() -> Iterator[str]:
    """A target that answers 200."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Target)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
