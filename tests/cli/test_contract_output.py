"""An output that cannot be written to."""

from __future__ import annotations

import os
import subprocess

from tests.client import ask, request
from tests.process import Home


def test_a_list_that_cannot_be_written_shows_no_traceback(home: Home):
    listener = home.listen()
    ask(listener.port, request(body=b"{}"))
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            home.words("list"),
            stdout=full,
            stderr=subprocess.PIPE,
            env={**os.environ, **home.environment},
            check=False,
        )
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
