"""A real OpenSSH server on loopback, with a host key, a user's key and settings of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Self

from tests.client import PATIENCE

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def make_key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path


class Sshd:
    """Runs sshd; `config` is an ssh_config that finds it by the name `box`."""

    def __init__(self, folder: Path, *settings: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.host_key, self.key = make_key(folder / "host_key"), make_key(folder / "key")
        self.known_hosts = folder / "known_hosts"
        self.log = folder / "sshd.log"
        self._file = folder / "sshd_config"
        self._file.write_text(
            "\n".join(
                [
                    *settings,
                    f"ListenAddress 127.0.0.1:{self.port}",
                    f"HostKey {self.host_key}",
                    f"AuthorizedKeysFile {folder / 'key.pub'}",
                    f"PidFile {folder / 'pid'}",
                    "StrictModes no",
                    "UsePAM no",
                    "PermitRootLogin yes",
                    "PasswordAuthentication no",
                ]
            )
        )
        self.config = folder / "ssh_config"
        self.config.write_text(
            f"Host box\n  HostName 127.0.0.1\n  Port {self.port}\nHost *\n  User {getpass.getuser()}\n"
            f"  IdentityFile {self.key}\n  IdentitiesOnly yes\n  LogLevel QUIET\n"
            f"  UserKnownHostsFile {self.known_hosts}\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(exist_ok=True)  # which the system's own start would make
        assert SSHD is not None
        self._process = subprocess.Popen([SSHD, "-D", "-f", str(self._file), "-E", str(self.log)])
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                assert self._process.poll() is None, self.log.read_text()
                assert time.monotonic() < deadline, self.log.read_text()
                time.sleep(0.02)
            else:
                return

    def stop(self) -> None:
        """End it with all its sessions."""
        if self._process is not None:
            self.end_sessions()
            self._process.terminate()
            self._process.wait(PATIENCE)
            self._process = None

    def end_sessions(self) -> None:
        """Cut every connection, as a server that is started anew does."""
        assert self._process is not None
        for pid in children(self._process.pid):
            for each in (*children(pid), pid):
                with suppress(ProcessLookupError):
                    os.kill(each, signal.SIGKILL)


def children(pid: int) -> list[int]:
    """The processes that a process has started and that still run (proc_pid_stat(5), field 4)."""
    found = []
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(file.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(file.parent.name))
    return found
