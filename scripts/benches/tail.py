"""From the listener's answer to the line of `whcli tail` in another process, and what waiting costs."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
import threading
import time

from benches import load, processes
from benches.measure import Goal, Setting, percentile

COUNT = 100
"""Deliveries in a round."""
IDLE_SECONDS = 10
LATE_MS = 5.0 if sys.platform.startswith("linux") else 100.0


def run(setting: Setting) -> None:
    """p50 and p95 of single deliveries at odd moments; then the CPU of a listener and a follower without work."""
    db = setting.folder / "tail.db"
    with processes.listening(db) as listener:
        words = [processes.WHCLI, "--db", str(db), "tail", "--json", "-n", "0"]
        with processes.Process(words, stdout=subprocess.PIPE) as follower:
            seen = _Lines(follower)
            while not seen.times:  # it takes a moment to start
                _deliver(listener.port)
                time.sleep(0.1)
            rounds = [_one_by_one(listener.port, seen) for _ in range(setting.rounds)]
            idle = {"tail": follower, "listen": listener}
            before = {name: process.cpu_precisely() for name, process in idle.items()}
            time.sleep(IDLE_SECONDS)
            busy = {name: process.cpu_precisely() - before[name] for name, process in idle.items()}
    report = setting.report
    report.figure("line after answer, p50", [percentile(each, 0.5) for each in rounds], unit="ms", goal=Goal(LATE_MS))
    report.figure("line after answer, p95", [percentile(each, 0.95) for each in rounds], unit="ms")
    report.figure("line after answer, worst", [max(each) for each in rounds], unit="ms")
    report.figure("CPU of tail when idle", [100 * busy["tail"] / IDLE_SECONDS], unit="%", goal=Goal(0.3))
    report.figure("CPU of listen when idle", [100 * busy["listen"] / IDLE_SECONDS], unit="%")
    processes.remove(db)


class _Lines:
    """When each delivery's line came, by its id."""

    def __init__(self, follower: processes.Process) -> None:
        self.times: dict[int, float] = {}
        self.came = threading.Condition()
        self._out = follower.popen.stdout
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._out is not None
        for line in self._out:
            now = time.perf_counter()
            with self.came:
                self.times[json.loads(line)["id"]] = now
                self.came.notify_all()

    def time_of(self, id_: int) -> float:
        """When it came; RuntimeError when it does not."""
        with self.came:
            if not self.came.wait_for(lambda: id_ in self.times, timeout=20):
                raise RuntimeError(f"tail did not show delivery {id_}")
            return self.times[id_]


def _one_by_one(port: int, seen: _Lines) -> list[float]:
    """Milliseconds for each; below zero where the line was faster than the answer."""
    late: list[float] = []
    for _ in range(COUNT):
        id_, answered = _deliver(port)
        late.append(1000 * (seen.time_of(id_) - answered))
        time.sleep(random.uniform(0.01, 0.04))
    return late


def _deliver(port: int) -> tuple[int, float]:
    """Send one; gives its id and when it was answered."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(load.request(port, secret=processes.SECRET))
        answer = connection.recv(65536)
        answered = time.perf_counter()
    return json.loads(answer.partition(b"\r\n\r\n")[2])["id"], answered
