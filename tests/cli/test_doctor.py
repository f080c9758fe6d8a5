"""`whcli doctor` as a process: a sound machine, and each thing that can be wrong with it."""

from __future__ import annotations

import socket
import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.client import ask, request
from tests.process import Home
from tests.tunnels import cloudflared_standin, ngrok_standin
from tests.tunnels.sshd import free_port
from whcli.store.migrations import VERSION

SECRET = "whsec_nobody_shall_see_this"


def findings(home: Home, *, code: int = 0, more: dict[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """What was found, by name; the last of a name."""
    said = home.run("doctor", "--json", code=code, more=more)
    assert SECRET not in said.text + said.stderr
    assert said.stderr == ""
    return {each["name"]: each for each in said.objects}


def states(found: dict[str, dict[str, Any]], *names: str) -> list[str]:
    return [found[name]["state"] for name in names]


def test_a_fresh_machine_has_nothing_wrong_with_it_and_none_is_left_behind(home: Home):
    found = findings(home)
    assert "bad" not in {each["state"] for each in found.values()}
    assert states(found, "settings", "loopback", "proxy", "disk", "database") == ["ok", "ok", "ok", "ok", "note"]
    assert set(found) >= {"whcli", "sqlite", "command", "ngrok", "ssh", "cloudflared", "file system", "port", "clock"}
    assert all(set(each) == {"name", "state", "sentence", "fix"} for each in found.values())
    assert not home.db.exists()


def test_a_line_for_each_on_a_terminal_and_in_a_pipe(home: Home):
    lines = home.run("doctor").text.splitlines()
    assert len(lines) == len(home.run("doctor", "--json").objects)
    assert any(line.startswith("database") and "· " in line for line in lines)
    assert "database" in home.look("doctor", columns=80)


def test_a_listener_that_runs_is_found_with_its_port_and_its_database(home: Home):
    port = free_port()
    home.configure(f"port = {port}")
    with home.start("listen", "--json") as listener:
        listener.find(lambda said: said["type"] == "ready")
        assert ask(port, request(b"POST", b"/", body=b"{}")).status == 200
        found = findings(home)
        assert states(found, "listener", "port", "database", "permissions") == ["ok"] * 4
        assert str(listener.pid) in found["listener"]["sentence"]
        assert "#1" in found["database"]["sentence"]


def test_settings_that_cannot_be_read_are_bad_and_the_machine_is_looked_at_all_the_same(home: Home):
    home.configure("port = ")
    found = findings(home, code=1)
    assert states(found, "settings", "loopback") == ["bad", "ok"]
    assert found["settings"]["fix"]
    assert "database" not in found


def test_secrets_are_resolved_and_told_by_their_labels(home: Home):
    (home.folder / "secret").write_text(SECRET)
    home.configure(
        f'[endpoints.stripe]\nsecret = ["env:STRIPE", "file:secret"]\n[endpoints.own]\nprovider = "generic"\n'
        f'secret = "{SECRET}"\n'
    )
    (home.folder / "whcli.toml").chmod(0o644)
    found = findings(home, code=1)
    assert found["settings"]["state"] == "warn"
    assert found["settings"]["fix"].startswith("chmod go= ")
    said = home.run("doctor", code=1).text
    assert "the environment has no STRIPE" in said
    (home.folder / "whcli.toml").chmod(0o600)
    found = findings(home, more={"STRIPE": SECRET})
    assert states(found, "settings", "secret") == ["ok", "ok"]


def test_a_target_and_a_port(home: Home):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        home.configure(f"port = {port}\nforward_to = {port}\n")
        found = findings(home, code=1)
        assert states(found, "target", "port") == ["ok", "bad"]
        assert "lsof" in found["port"]["fix"]
    found = findings(home)
    assert states(found, "target", "port") == ["warn", "ok"]


def test_a_database_that_is_open_to_others_or_damaged_or_no_database(home: Home):
    home.listen().stop()
    home.db.chmod(0o644)
    found = findings(home)
    assert states(found, "database", "permissions") == ["ok", "warn"]
    home.db.chmod(0o600)
    content = bytearray(home.db.read_bytes())
    content[8192:16384] = bytes(8192)
    home.db.write_bytes(content)
    found = findings(home, code=1)
    assert found["database"]["state"] == "bad"
    home.db.write_text("something else\n" * 1000)
    found = findings(home, code=1)
    assert "is not a whcli database" in found["database"]["sentence"]


def test_an_older_database_is_left_as_it_is(home: Home):
    home.listen().stop()
    with sqlite3.connect(home.db) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION - 1}")
    connection.close()
    found = findings(home)
    assert f"version {VERSION - 1}, which the next command brings to {VERSION}" in found["database"]["sentence"]
    assert states(found, "port", "clock") == ["ok", "note"]
    with sqlite3.connect(home.db) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (VERSION - 1,)
    connection.close()


@pytest.mark.parametrize("name", ["", "file/x.db"])
def test_a_database_that_cannot_be(home: Home, name: str):
    (home.folder / "file").touch()
    home.db = home.folder / name
    found = findings(home, code=1)
    assert found["database"]["state"] == "bad"
    assert found["database"]["fix"]
    assert found["clock"]["state"] in ("ok", "note")


def test_the_programs_of_tunnels_with_their_versions_and_the_token_that_is_not_shown(home: Home):
    folder = home.folder / "bin"
    ngrok_standin.install(folder)
    program = cloudflared_standin.install(folder)
    program.write_text("#!/bin/sh\necho 'cloudflared version 2026.10.1 (built 2026-10-20)'\n")
    home.environment["PATH"] = f"{folder}:{home.environment['PATH']}"
    found = findings(home)
    assert states(found, "ngrok", "ngrok token", "cloudflared") == ["ok", "warn", "ok"]
    assert found["ngrok"]["sentence"].startswith("3.39")
    assert "2026.10.1" in found["cloudflared"]["sentence"]
    assert findings(home, more={"NGROK_AUTHTOKEN": SECRET})["ngrok token"]["state"] == "ok"


def test_a_token_is_told_of_without_the_program(home: Home):
    assert states(findings(home), "ngrok", "ngrok token") == ["note", "note"]
    found = findings(home, more={"NGROK_AUTHTOKEN": SECRET})
    assert states(found, "ngrok", "ngrok token") == ["note", "ok"]


def test_a_program_that_says_nothing_is_not_waited_for(home: Home):
    program = home.folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    found = findings(home, more={"PATH": f"{program.parent}:{home.environment['PATH']}"})
    assert found["ssh"]["state"] == "warn"


def test_another_program_of_our_name_first_on_path(home: Home):
    other = home.folder / "bin" / "whcli"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    own = Path(sys.executable).parent
    found = findings(home, more={"PATH": f"{other.parent}:{own}:/usr/bin:/bin"})
    assert found["command"]["state"] == "warn"
    assert str(other) in found["command"]["sentence"]


@pytest.mark.parametrize("name", ["http_proxy", "ALL_PROXY"])
def test_a_proxy_that_would_be_asked_for_this_machine(home: Home, name: str):
    found = findings(home, more={name: f"http://me:{SECRET}@proxy.example:3128"})
    assert found["proxy"]["state"] == "warn"
    assert "NO_PROXY" in found["proxy"]["fix"]
