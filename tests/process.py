"""The installed program as processes, each test in a home of its own, with nothing of ours around it."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, NamedTuple, Self

from tests.client import PATIENCE

PROGRAM = (sys.executable, "-m", "whcli")


class Result(NamedTuple):
    """How a command ended."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def text(self) -> str:
        return self.stdout.decode()

    @property
    def objects(self) -> list[Any]:
        """Each line as JSON."""
        return [json.loads(line) for line in self.stdout.splitlines()]


class Home:
    """A user's folder with a database in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.db = folder / "data" / "whcli.db"
        self.environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "share"),
            "TMPDIR": str(folder),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
        }
        self._started: list[Process] = []

    def configure(self, text: str) -> None:
        """Write a whcli.toml."""
        (self.folder / "whcli.toml").write_text(text, "utf-8")

    def words(self, *words: object) -> list[str]:
        """A command line for this database."""
        return [*PROGRAM, "--db", str(self.db), *map(str, words)]

    def run(
        self, *words: object, code: int | None = 0, stdin: bytes = b"", more: Mapping[str, str] | None = None
    ) -> Result:
        """Run a command to its end and hold it to its exit code; None lets it be any. `more` is environment."""
        done = subprocess.run(
            self.words(*words),
            cwd=self.folder,
            env={**self.environment, **(more or {})},
            input=stdin,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        result = Result(done.returncode, done.stdout, done.stderr.decode())
        assert code is None or result.code == code, result
        return result

    def start(self, *words: object, before: tuple[str, ...] = (), limit: Callable[[], None] | None = None) -> Process:
        """Start a command that goes on. `before` runs it (strace); `limit` is called in it first (setrlimit)."""
        process = Process([*before, *self.words(*words)], self, limit)
        self._started.append(process)
        return process

    def look(self, *words: object, columns: int, more: Mapping[str, str] | None = None) -> str:
        """What a command shows on a terminal so many columns wide."""
        master, slave = terminal(columns)
        done = subprocess.Popen(
            self.words(*words),
            cwd=self.folder,
            env={**self.environment, "TERM": "xterm-256color", **(more or {})},
            stdin=subprocess.DEVNULL,
            stdout=slave,
            stderr=slave,
        )
        os.close(slave)
        with open(master, "rb", 0) as screen:
            shown = b"".join(chunks(screen))
        done.wait(PATIENCE)
        return shown.decode()

    def watch(self, *words: object, columns: int) -> Process:
        """Start a command that goes on, on a terminal so many columns wide."""
        process = Process(self.words(*words), self, None, columns=columns)
        self._started.append(process)
        return process

    def listen(self, *words: object, before: tuple[str, ...] = (), limit: Callable[[], None] | None = None) -> Process:
        """A listener on a free port that has said it is ready; `port` and `url` are set."""
        process = self.start("listen", "--port", "0", "--json", *words, before=before, limit=limit)
        process.ready = process.find(lambda said: said["type"] == "ready")
        process.url = process.ready["url"]
        process.port = int(process.url.rpartition(":")[2])
        return process

    def close(self) -> None:
        """End whatever a test has left."""
        for process in self._started:
            process.kill()


class Process:
    """A command under way; its stdout is read as it comes."""

    ready: Any
    url: str
    port: int

    def __init__(
        self, words: list[str], home: Home, limit: Callable[[], None] | None, *, columns: int | None = None
    ) -> None:
        master, slave = terminal(columns) if columns else (None, subprocess.PIPE)
        self._stderr = home.folder / f"stderr-{time.monotonic_ns()}"
        with self._stderr.open("wb") as stderr:
            self._process = subprocess.Popen(
                words,
                cwd=home.folder,
                env=home.environment | ({"TERM": "xterm-256color"} if columns else {}),
                stdin=subprocess.DEVNULL,
                stdout=slave,
                stderr=stderr,
                preexec_fn=limit,  # noqa: PLW1509 - calls setrlimit and nothing else
            )
        if master is not None:
            os.close(slave)
        self._stdout: IO[bytes] = open(master, "rb", 0) if master is not None else self._process.stdout  # noqa: SIM115
        self.pid = self._process.pid
        self.lines: list[bytes] = []
        """What it has said so far."""
        self._news = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def stderr(self) -> str:
        return self._stderr.read_text("utf-8")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def each(self) -> Iterator[Any]:
        """Every line as JSON, those said already and those to come; fails when no more come."""
        seen = 0
        deadline = time.monotonic() + PATIENCE
        while True:
            with self._news:
                while len(self.lines) <= seen:
                    assert self._reader.is_alive() or len(self.lines) > seen, f"it ended: {self.stderr}"
                    assert time.monotonic() < deadline, f"not said: {self.lines[-3:]!r} {self.stderr}"
                    self._news.wait(0.1)
                line = self.lines[seen]
            seen += 1
            yield json.loads(line)

    @property
    def said(self) -> list[Any]:
        """Every line so far, as JSON."""
        return [json.loads(line) for line in self.lines]

    def find(self, wanted: Callable[[Any], bool]) -> Any:
        """The first object that it says of which that holds."""
        return next(said for said in self.each() if wanted(said))

    def collect(self, count: int, wanted: Callable[[Any], bool] = lambda _: True) -> list[Any]:
        """So many objects of which that holds."""
        found: list[Any] = []
        for said in self.each():
            found += [said] if wanted(said) else []
            if len(found) == count:
                break
        return found

    def tell(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        """Its exit code."""
        code = self._process.wait(PATIENCE)
        self._reader.join(PATIENCE)
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to end; gives its exit code."""
        self.tell(number)
        return self.wait()

    def kill(self) -> None:
        """End it without asking, as power loss would."""
        if self.alive:
            with suppress(AttributeError, ProcessLookupError):  # it may not have been a listener, or be gone
                os.kill(self.ready["pid"], signal.SIGKILL)  # which strace would leave behind
            self._process.kill()
        self.wait()
        self._stdout.close()

    def _read(self) -> None:
        begun = b""
        for chunk in chunks(self._stdout):
            *lines, begun = (begun + chunk).split(b"\n")
            with self._news:
                self.lines += [line + b"\n" for line in lines]
                self._news.notify_all()


def terminal(columns: int) -> tuple[int, int]:
    """A terminal so many columns wide: the end of who looks, and that of who writes."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    return master, slave


def chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """What is written to a pipe or a terminal, as it comes, to its end."""
    with suppress(OSError):  # a terminal that its last writer has left gives EIO
        while chunk := os.read(stream.fileno(), 1 << 16):
            yield chunk


def until(holds: Callable[[], object], *, what: str) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.02)
