"""Programs under measurement: started, asked what they cost, and ended."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Self

PYTHON = sys.executable
WHCLI = str(Path(sys.executable).with_name("whcli"))
HERE = Path(__file__).parent
SILENT = (PYTHON, str(HERE / "silent.py"))
TICKS = os.sysconf("SC_CLK_TCK")
SECRET = "a secret of benchmarks"

# As a user has it: with byte code, without an editor's or a container's settings of Python.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "WHCLI_"))},
    "TERM": "xterm-256color",
}


class Process:
    """A running program. Leave its `with` to end it."""

    def __init__(self, words: Sequence[str], *, port: int = 0, stdout: int | IO[bytes] = subprocess.DEVNULL) -> None:
        self.port = port
        self.popen = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=stdout, stderr=subprocess.DEVNULL, env=ENVIRONMENT
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def wait_until_ready(self, seconds: float = 20) -> Self:
        """Return once it answers HTTP on its port; RuntimeError when it does not."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and self.popen.poll() is None:
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/health")
                connection.getresponse().read()
                return self
            connection.close()
            time.sleep(0.05)
        self.end()
        raise RuntimeError(f"{self.popen.args!r} did not start")

    def wait(self) -> tuple[float, int]:
        """Wait for its own end; gives its seconds of CPU and its exit status."""
        _, status, usage = os.wait4(self.popen.pid, 0)
        self.popen.returncode = os.waitstatus_to_exitcode(status)
        return usage.ru_utime + usage.ru_stime, self.popen.returncode

    def end(self) -> None:
        """SIGTERM, and SIGKILL for what does not listen to it."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
        try:
            self.popen.wait(20)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()

    def cpu(self) -> float:
        """Seconds of CPU so far, its children's and theirs included."""
        return sum(_cpu(pid) for pid in _family(self.popen.pid))

    def cpu_precisely(self) -> float:
        """Seconds of CPU so far to the nanosecond, of its living threads alone (Linux)."""
        tasks = Path(f"/proc/{self.popen.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self, field: str = "VmRSS") -> float:
        """MB that are resident now; with `VmHWM`, at most since `forget_peak`."""
        status = Path(f"/proc/{self.popen.pid}/status").read_text()
        kilobytes = next(line.split()[1] for line in status.splitlines() if line.startswith(field))
        return int(kilobytes) / 1000

    def forget_peak(self) -> None:
        """Let VmHWM begin anew (proc(5), clear_refs)."""
        Path(f"/proc/{self.popen.pid}/clear_refs").write_text("5")


class Terminal:
    """A pseudo-terminal whose screen swallows what is written to it."""

    def __init__(self) -> None:
        self._master, self.slave = os.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
        self.written = 0
        self._thread = threading.Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with contextlib.suppress(OSError):  # EIO: the other side is closed
            while data := os.read(self._master, 65536):
                self.written += len(data)

    def close(self) -> None:
        """Close both sides."""
        os.close(self.slave)
        self._thread.join(5)
        os.close(self._master)


@contextlib.contextmanager
def bare() -> Iterator[Process]:
    """The aiohttp handler that reads the body and answers 200."""
    port = free_port()
    with Process([PYTHON, str(HERE / "bare.py"), str(port)], port=port).wait_until_ready() as process:
        yield process


@contextlib.contextmanager
def listening(
    db: Path, *options: str, stdout: int | IO[bytes] = subprocess.DEVNULL, program: Sequence[str] = (WHCLI,)
) -> Iterator[Process]:
    """`whcli listen`, with signatures verified."""
    port = free_port()
    words = [*program, "--db", str(db), "listen", "--port", str(port), "--secret", SECRET, *options]
    with Process(words, port=port, stdout=stdout).wait_until_ready() as process:
        yield process


def free_port() -> int:
    """A port that nobody has at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def rows(db: Path) -> int:
    """Deliveries stored."""
    with contextlib.closing(sqlite3.connect(db)) as connection:
        return int(connection.execute("SELECT count(*) FROM deliveries").fetchone()[0])


def remove(db: Path) -> None:
    """Delete a database with what lies beside it."""
    for path in db.parent.glob(f"{db.name}*"):
        path.unlink()


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # Its own, and that of its children that have ended.
    return sum(int(field) for field in fields[11:15]) / TICKS


def _family(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(child))]
