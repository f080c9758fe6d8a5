"""What `listen` shows, where nobody reads it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from contextlib import ExitStack

from tests.client import Client, ask, request
from tests.process import Home


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
