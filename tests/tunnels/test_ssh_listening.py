"""`listen --tunnel ssh://…` as a process, against a real sshd: what is called there arrives here, whatever happens."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.client import ask, request
from tests.process import Home, Process, until
from tests.tunnels.sshd import SSHD, Sshd, children

pytestmark = pytest.mark.skipif(
    SSHD is None and not os.environ.get("CI"), reason="there is no sshd here: apt install openssh-server"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    folder = tmp_path / "server"
    folder.mkdir()
    with Sshd(folder, "GatewayPorts clientspecified") as server:
        yield server


def listening(home: Home, server: Sshd, *words: object) -> Process:
    return home.listen("--tunnel", "ssh://box", "--tunnel-option", f"config={server.config}", *words)


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


def test_a_webhook_to_the_server_arrives_byte_for_byte_with_the_url_that_was_called(home: Home, server: Sshd):
    listener = listening(home, server)
    public_url = listener.ready["public_url"]
    state = listener.find(lambda said: said["type"] == "tunnel")
    assert (state["state"], state["checked"], state["public_url"]) == ("up", True, public_url)
    body = os.urandom(300_000)
    forged = [(b"X-Forwarded-For", b"203.0.113.7")]
    assert ask(port_of(public_url), request(b"POST", b"/webhook/generic?a=%20", forged, body)).status == 200
    assert home.run("show", "1", "--body").stdout == body
    [delivery] = home.run("list", "--json").objects
    assert delivery["url"] == f"{public_url}/webhook/generic?a=%20"
    assert delivery["remote"] is None
    assert "GatewayPorts" in listener.stderr
    assert listener.stop() == 0
    assert [each for each in home.run("tunnels", "--gaps", "--json").objects if each] == []


def test_a_session_that_is_cut_is_told_of_and_opened_anew(home: Home, server: Sshd):
    listener = listening(home, server)
    server.end_sessions()
    down = listener.find(lambda said: said["type"] == "tunnel" and said["state"] == "down")
    assert down["reason"] == "box closed the connection"
    up = listener.find(lambda said: said["type"] == "tunnel" and said["state"] == "up" and said.get("down_since"))
    assert ask(port_of(up["public_url"]), request(b"POST", b"/", body=b"{}")).status == 200
    assert listener.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_no_ssh_is_left_when_it_ends(home: Home, server: Sshd, number: signal.Signals):
    listener = listening(home, server)
    [ssh] = [pid for pid in children(listener.pid) if Path(f"/proc/{pid}/comm").read_text() == "ssh\n"]
    assert listener.stop(number) == 0
    until(lambda: not Path(f"/proc/{ssh}").exists(), what="the end of ssh")


def test_a_server_that_does_not_let_us_in_ends_it_with_a_line_and_a_remedy(home: Home, server: Sshd):
    (server.folder / "key.pub").write_text("")
    said = home.run("listen", "--tunnel", "ssh://box", "--tunnel-option", f"config={server.config}", code=1)
    assert said.stdout == b""
    assert said.stderr.splitlines()[-2:] == [
        "whcli: box does not let us in",
        "  no password is asked for here: ssh-copy-id box, and ssh-add for a key with a passphrase",
    ]


def test_what_a_killed_listener_leaves_is_found_and_ended_by_its_id(home: Home, server: Sshd):
    listener = listening(home, server)
    [ssh] = [pid for pid in children(listener.pid) if Path(f"/proc/{pid}/comm").read_text() == "ssh\n"]
    listener.kill()
    [left] = [each for each in home.run("doctor", "--json").objects if each["name"] == "left behind"]
    assert (left["state"], left["fix"]) == ("warn", f"whcli tunnel end {ssh}")
    home.run("tunnel", "end", ssh)
    assert not Path(f"/proc/{ssh}/fd").exists() or not os.listdir(f"/proc/{ssh}/fd")
    assert "left behind" not in {each["name"] for each in home.run("doctor", "--json").objects}
