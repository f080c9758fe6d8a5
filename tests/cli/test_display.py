"""What `listen` shows, where nobody reads it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from contextlib import ExitStack

from tests.client import Client, ask, request
from tests.process import Home, until

BEYOND = 1 << 24
"""Bytes, which the database does not reach: a limit on files there holds back the output alone."""


def started(home: Home) -> tuple[subprocess.Popen[bytes], int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "whcli", "--db", str(home.db), "listen", "--port", "0", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    return process, int(json.loads(process.stdout.readline())["url"].rpartition(":")[2])


def test_a_reader_that_stalls_stops_no_sender(home: Home):
    process, port = started(home)
    long = b'{"type":"' + b"x" * 200 + b'"}'
    for _ in range(300):  # more than a pipe holds
        assert ask(port, request(b"POST", b"/webhook/generic", body=long)).status == 200
    process.terminate()
    assert process.wait(30) == 0
    assert len(home.run("list", "-n", "0", "--json").objects) == 300
    process.communicate()


def test_a_reader_that_leaves_stops_no_sender(home: Home):
    process, port = started(home)
    assert process.stdout is not None
    process.stdout.close()
    for _ in range(20):
        assert ask(port, request(b"POST", b"/webhook/generic")).status == 200
    process.terminate()
    assert process.wait(30) == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""
    process.stderr.close()


def test_an_output_without_room_is_told_of_and_stops_no_sender(home: Home):
    log = home.folder / "log"
    with log.open("ab") as output, (home.folder / "said").open("wb") as said:
        output.truncate(BEYOND)
        words = home.words("listen", "--port", "0", "--json")
        process = subprocess.Popen(words, stdout=output, stderr=said, env=home.environment)
    until(lambda: log.read_bytes().endswith(b"}\n"), what="the ready line")
    port = int(json.loads(log.read_bytes()[BEYOND:])["url"].rpartition(":")[2])
    _, hard = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (log.stat().st_size, hard))
    for _ in range(20):
        assert ask(port, request(b"POST", b"/webhook/generic")).status == 200
    process.terminate()
    assert process.wait(30) == 0
    assert (home.folder / "said").read_text() == "deliveries are stored but no longer shown: File too large\n"


def test_a_system_that_grants_few_files_bounds_the_connections(home: Home):
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (160, 160))  # noqa: E731 - a name for the limit
    listener = home.start("listen", "--port", "0", "--json", limit=few)
    port = int(listener.find(lambda said: said["type"] == "ready")["url"].rpartition(":")[2])
    with ExitStack() as stack:
        for _ in range(100):  # three times as many as can be had: the idle give way
            stack.enter_context(Client(port))
        assert ask(port, request(b"POST", b"/x")).status == 200
    assert listener.stop() == 0
    assert listener.stderr == ""
