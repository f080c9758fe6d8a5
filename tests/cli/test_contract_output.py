"""An output that cannot be written to, or wants no colour."""

from __future__ import annotations

import os
import subprocess

import pytest

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


@pytest.mark.parametrize("variable", ["NO_COLOR", "CI"])
@pytest.mark.parametrize("command", ["--help", "list --help", "list --nonsense"])
def test_help_and_usage_are_plain_where_no_colour_is_wanted(home: Home, variable: str, command: str):
    assert "\x1b" in home.look(*command.split(), columns=80)
    assert "\x1b" not in home.look(*command.split(), columns=80, more={variable: "1"})
