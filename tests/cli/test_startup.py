"""What a command does not need it does not load: a terminal that answers at once is a feature."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.client import ask, request
from tests.net.raw import OK, RawServer, answering
from tests.process import Home
from whcli.cli import COMMANDS

HEAVY = {"asyncio", "aiohttp", "sqlite_utils", "pyngrok", "pydantic", "cryptography", "rich"}

LIGHT = [
    "--help",
    "--version",
    *(f"{name} --help" for name in COMMANDS),
    "list",
    "list --json --provider generic --since 1h",
    "tail --no-follow",
    "show last --json",
    "show last",
    "providers --json",
    "providers stripe",
    "secret generate --provider standard-webhooks",
    "send 3000 --event payment.success --secret s --dry-run",
    "send 3000 --provider stripe --event invoice.paid --secret whsec_s --dry-run --json",
    "send SINK --event payment.success --secret s",
    "replay last --to SINK",
    "replay last --to 3000 --dry-run",
    "verify last --secret s",
]


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A database that is up to date, with a delivery in it."""
    home = Home(tmp_path_factory.mktemp("startup"))
    listener = home.listen()
    assert ask(listener.port, request(b"POST", b"/webhook/generic", body=b"{}")).status == 200
    assert listener.stop() == 0
    yield home
    home.close()


@pytest.mark.parametrize("command", LIGHT)
def test_a_command_in_a_pipe_loads_nothing_heavy(stored: Home, command: str):
    with RawServer(answering(OK)) as sink:
        words = command.replace("SINK", str(sink.port)).split()
        program = [sys.executable, "-X", "importtime", "-m", "whcli", "--db", str(stored.db), *words]
        done = subprocess.run(
            program, cwd=stored.folder, env=stored.environment, capture_output=True, text=True, timeout=60, check=False
        )
    assert done.returncode in (0, 4), done.stderr[-500:]
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in loaded
    assert loaded & HEAVY == set()
