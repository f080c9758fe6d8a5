"""What doctor makes of the facts: each bound from both sides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import PurePath

import pytest

from whcli import findings

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
OWN = PurePath("/venv/bin/whcli")
OTHER = PurePath("/usr/bin/whcli")


@pytest.mark.parametrize(
    ("version", "state"),
    [
        ((3, 37, 0), "warn"),
        ((3, 44, 5), "warn"),
        ((3, 44, 6), "ok"),
        ((3, 44, 7), "ok"),
        ((3, 45, 0), "warn"),
        ((3, 50, 6), "warn"),
        ((3, 50, 7), "ok"),
        ((3, 51, 0), "warn"),
        ((3, 51, 2), "warn"),
        ((3, 51, 3), "ok"),
        ((3, 52, 0), "ok"),
        ((4, 0, 0), "ok"),
    ],
)
def test_versions_of_sqlite_with_the_bug_of_its_log_are_told_from_those_without(
    version: tuple[int, int, int], state: str
):
    found = findings.sqlite(version)
    assert found.state == state
    assert ".".join(map(str, version)) in found.sentence
    assert bool(found.fix) == (state == "warn")


@pytest.mark.parametrize(("free", "state"), [(99_999_999, "bad"), (100_000_000, "warn"), (1_000_000_000, "ok")])
def test_room_on_the_disk(free: int, state: str):
    assert findings.disk(free, folder="/data").state == state


@pytest.mark.parametrize(("kind", "state"), [("ext4", "ok"), ("nfs4", "warn"), ("fuse.sshfs", "warn"), (None, "note")])
def test_a_database_on_a_network_is_warned_of(kind: str | None, state: str):
    assert findings.file_system(kind).state == state


def test_files_that_others_can_read_are_named_with_the_command_that_closes_them():
    assert findings.permissions({"/a": 0o600, "/b": 0o700}).state == "ok"
    found = findings.permissions({"/a": 0o600, "/b c": 0o640, "/d": 0o604})
    assert (found.state, found.fix) == ("warn", "chmod go= '/b c' /d")


@pytest.mark.parametrize(
    ("environment", "state"),
    [
        ({}, "ok"),
        ({"http_proxy": ""}, "ok"),
        ({"HTTPS_PROXY": "http://proxy"}, "ok"),
        ({"http_proxy": "http://me:secret@proxy"}, "warn"),
        ({"ALL_PROXY": "socks5://proxy"}, "warn"),
        ({"HTTP_PROXY": "http://proxy", "NO_PROXY": "*"}, "ok"),
        ({"HTTP_PROXY": "http://proxy", "NO_PROXY": "localhost, 127.0.0.1, [::1]"}, "ok"),
        ({"HTTP_PROXY": "http://proxy", "no_proxy": "localhost,127.0.0.1"}, "warn"),
    ],
)
def test_variables_that_send_calls_of_this_machine_to_a_proxy(environment: dict[str, str], state: str):
    found = findings.proxies(environment)
    assert found.state == state
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    ("installed", "newest", "kept", "state"),
    [
        (-1000, None, True, "ok"),
        (-1000, None, False, "note"),
        (-1000, 30, True, "ok"),
        (-1000, 61, True, "bad"),
        (61, None, True, "bad"),
        (61, -1, False, "bad"),
    ],
)
def test_a_clock_cannot_be_behind_what_is_known_to_be_past(installed: int, newest: int | None, kept: bool, state: str):
    def at(seconds: int) -> datetime:
        return NOW + timedelta(seconds=seconds)

    last = None if newest is None else at(newest)
    assert findings.clock(NOW, installed=at(installed), newest=last, kept=kept).state == state


@pytest.mark.parametrize(
    ("found", "state", "named"),
    [
        ([], "note", "not on PATH"),
        ([OWN], "ok", str(OWN)),
        ([OWN, OWN], "ok", str(OWN)),
        ([OWN, OTHER], "note", str(OTHER)),
        ([OTHER, OWN], "warn", str(OTHER)),
        ([OTHER], "warn", str(OTHER)),
    ],
)
def test_another_program_of_our_name_is_told_of(found: list[PurePath], state: str, named: str):
    said = findings.commands(OWN, found)
    assert said.state == state
    assert named in said.sentence
