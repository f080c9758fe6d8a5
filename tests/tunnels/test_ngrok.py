"""`listen --tunnel ngrok`: the real pyngrok, a stand-in for the agent, and everything between a sender and the disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.client import Client, Reply
from tests.process import Home, Process, terminal, until
from tests.tunnels import ngrok_standin as standin

LIMIT = 10.0
"""Seconds within which an error is shown."""


class World:
    """A user's folder with an ngrok in it."""

    def __init__(self, home: Home) -> None:
        self.home = home
        self.bin = home.folder / "bin"
        home.environment["PATH"] = f"{self.bin}{os.pathsep}{os.environ['PATH']}"
        home.environment["NGROK_AUTHTOKEN"] = standin.SECRET

    def install(self, **how: str) -> None:
        standin.install(self.bin, **how)

    def listen(self, *words: object) -> Process:
        return self.home.listen("--tunnel", "ngrok", "--tunnel-option", "check=1s", *words)

    @property
    def calls(self) -> list[dict[str, Any]]:
        return standin.calls(self.bin)

    @property
    def left(self) -> list[int]:
        """Agents that still run."""
        return [int(found) for found in running(str(self.bin / "ngrok"))]

    def fail(self, *words: object) -> str:
        """Listen in vain; gives what was said of it, within the limit and without a process left."""
        began = time.monotonic()
        result = self.home.run("listen", "--port", "0", "--json", "--tunnel", "ngrok", *words, code=1)
        took = time.monotonic() - began
        assert took < LIMIT, f"it took {took:.1f} s: {result.stderr}"
        assert result.stdout == b""
        assert self.left == []
        assert standin.SECRET not in result.stderr
        assert "Traceback" not in result.stderr
        assert len(result.stderr.splitlines()) == 2, result.stderr
        return result.stderr


def running(program: str) -> Iterator[str]:
    """The ids of processes whose command line names a program."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                words, state = (
                    (folder / "cmdline").read_bytes(),
                    (folder / "stat").read_text().rpartition(")")[2].split()[0],
                )
            except OSError:
                continue
            if program.encode() in words.split(b"\0") and state != "Z":
                yield folder.name


@pytest.fixture
def world(home: Home) -> Iterator[World]:
    found = World(home)
    yield found
    home.close()
    for pid in found.left:
        os.kill(pid, signal.SIGKILL)


def post(url: str, target: str, body: bytes, *headers: tuple[str, str], source: str = "127.0.0.1") -> Reply:
    """Call a public URL, from an address of this machine's."""
    host, _, port = url.rpartition("//")[2].rpartition(":")
    fields = "".join(f"{name}: {value}\r\n" for name, value in headers)
    head = f"POST {target} HTTP/1.1\r\nHost: {host}:{port}\r\n{fields}Content-Length: {len(body)}\r\n\r\n"
    with Client(int(port), source=source) as client:
        return client.send(head.encode(), body).reply()


def tunnel(state: str) -> Any:
    """What says that the tunnel is in such a state."""
    return lambda said: said["type"] == "tunnel" and said["state"] == state


# Open, proved, carrying


def test_what_comes_through_the_tunnel_is_stored_byte_for_byte(world: World):
    world.install()
    listener = world.listen()
    assert listener.find(tunnel("up"))["checked"] is True
    public = listener.ready["public_url"]
    body = bytes(range(256)) * 4000
    reply = post(public, "/webhook/generic?a=%7e&b", body, ("X-Odd", "caf\u00e9"), source="127.0.0.7")
    assert (reply.status, reply.json) == (200, {"status": "accepted", "id": 1})
    shown = world.home.run("show", "1", "--json").objects[0]
    assert shown["url"] == f"{public}/webhook/generic?a=%7e&b"
    assert shown["remote"] == "127.0.0.7"
    assert world.home.run("show", "1", "--body").stdout == body
    assert listener.stop() == 0
    assert world.left == []


def test_the_probes_of_a_tunnel_are_no_deliveries(world: World):
    world.install()
    listener = world.listen("--observe")
    time.sleep(2.5)
    assert listener.stop() == 0
    assert world.home.run("list", "--json").stdout == b""
    assert [said["type"] for said in listener.said] == ["ready", "tunnel", "tunnel"]


def test_an_agent_of_before_the_newer_interface_is_spoken_to_in_the_older_one(world: World):
    world.install(version="3.20.1")
    listener = world.listen()
    assert listener.find(tunnel("up"))["checked"] is True
    asked = next(call["asked"] for call in world.calls if "asked" in call)
    assert asked["addr"].startswith("http://127.0.0.1:")
    assert asked["schemes"] == ["https"]


def test_options_are_asked_for_in_the_words_of_the_agent(world: World):
    world.install()
    (world.home.folder / "policy.yml").write_text("on_http_request: []\n")
    world.listen("--domain", "x.ngrok.app", "--traffic-policy", "policy.yml", "--tunnel-option", "pooling=yes")
    asked = next(call["asked"] for call in world.calls if "asked" in call)
    assert asked["url"] == "https://x.ngrok.app"
    assert asked["traffic_policy"] == "on_http_request: []\n"
    assert asked["pooling_enabled"] is True
    assert asked["upstream"]["url"].startswith("http://127.0.0.1:")


def test_a_body_in_chunks_comes_through_as_the_bytes_that_it_holds(world: World):
    world.install()
    public = world.listen().ready["public_url"]
    port = int(public.rpartition(":")[2])
    pieces = [os.urandom(size) for size in (1, 70_000, 3, 300_000)]
    with Client(port) as client:
        client.send(f"POST /c HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for piece in pieces:
            client.send(b"%x\r\n%b\r\n" % (len(piece), piece))
            time.sleep(0.02)
        assert client.send(b"0\r\n\r\n").reply().status == 200
    assert world.home.run("show", "last", "--body").stdout == b"".join(pieces)


def test_a_signature_over_the_public_url_holds(world: World):
    world.install()
    listener = world.listen("--provider", "twilio", "--secret", "s3cret")
    target = f"{listener.ready['public_url']}/webhook/twilio"
    world.home.run("send", target, "--provider", "twilio", "--event", "message.received", "--secret", "s3cret")
    assert listener.find(lambda said: said["type"] == "delivery")["verdict"]["outcome"] == "valid"


def test_only_those_who_may_call_come_through(world: World):
    world.install()
    public = world.listen("--allow-ip", "127.0.0.8/32").ready["public_url"]
    claim = ("X-Forwarded-For", "127.0.0.8")
    assert post(public, "/", b"{}", source="127.0.0.8").status == 200
    assert post(public, "/", b"{}", claim, source="127.0.0.9").status == 403


def test_an_address_that_a_sender_claims_is_not_believed(world: World):
    world.install()
    listener = world.listen()
    public = listener.ready["public_url"]
    post(public, "/a", b"{}", ("X-Forwarded-For", "203.0.113.1"), source="127.0.0.9")
    post(listener.url, "/b", b"{}", ("X-Forwarded-For", "203.0.113.1"))
    assert [said["remote"] for said in world.home.run("list", "--json").objects] == ["127.0.0.1", "127.0.0.9"]


# The token


def test_the_token_is_nowhere_but_with_the_agent(world: World):
    world.install()
    listener = world.listen()
    start = next(call for call in world.calls if "token" in call)
    assert start["token"] == standin.SECRET
    assert start["stdin_closed"] is True
    assert standin.SECRET not in str(start["argv"])
    listener.stop()
    assert standin.SECRET not in str(listener.said) + listener.stderr
    world.home.run("tunnels", "--json")
    for file in world.home.folder.rglob("*"):
        if file.is_file() and file.name != "calls":
            assert standin.SECRET.encode() not in file.read_bytes(), file


def test_a_token_that_was_logged_in_is_used_and_is_for_the_user_alone(world: World):
    world.install()
    del world.home.environment["NGROK_AUTHTOKEN"]
    said = world.home.run("tunnel", "login", "ngrok", stdin=f"{standin.SECRET}\n".encode())
    assert standin.SECRET not in said.stderr + said.text
    world.listen()
    assert next(call for call in world.calls if "token" in call)["token"] == standin.SECRET
    state = world.home.folder / ".local" / "state" / "whcli"
    assert {
        file: file.stat().st_mode & 0o077 for file in [state, *state.rglob("*")] if file.stat().st_mode & 0o077
    } == {}


def test_a_token_in_the_settings_of_ngrok_itself_is_left_to_it(world: World):
    world.install()
    del world.home.environment["NGROK_AUTHTOKEN"]
    own = world.home.folder / "config" / "ngrok" / "ngrok.yml"
    own.parent.mkdir(parents=True)
    own.write_text(f"version: '3'\nagent:\n  authtoken: {standin.SECRET}\n")
    world.listen()
    assert next(call for call in world.calls if "token" in call)["token"] == standin.SECRET
    assert f"authtoken: {standin.SECRET}" in own.read_text()


# Each fault: a line of cause and one of remedy, within ten seconds, and no process left

FAULTS = {
    "session:4018": ("ERR_NGROK_4018", "whcli tunnel login ngrok"),
    "session:105": ("ERR_NGROK_105", "whcli tunnel login ngrok"),
    "session:107": ("ERR_NGROK_107", "whcli tunnel login ngrok"),
    "session:108": ("ERR_NGROK_108", "dashboard.ngrok.com/agents"),
    "session:120": ("ERR_NGROK_120", "whcli tunnel update ngrok"),
    "session:121": ("ERR_NGROK_121", "whcli tunnel update ngrok"),
    "session:9009": ("ERR_NGROK_9009", "unset http_proxy"),
    "session:9040": ("ERR_NGROK_9040", "another network"),
    "session:3208": ("ERR_NGROK_3208", "support@ngrok.com"),
    "session:99999": ("ERR_NGROK_99999", "https://ngrok.com/docs/errors/err_ngrok_99999"),
    "refuse:334": ("ERR_NGROK_334", "pooling=yes"),
    "refuse:324": ("ERR_NGROK_324", "dashboard.ngrok.com/endpoints"),
    "refuse:8013": ("ERR_NGROK_8013", "add a card"),
    "refuse:725": ("ERR_NGROK_725", "whcli tunnels"),
    "refuse:727": ("ERR_NGROK_727", "whcli tunnels"),
    "port": ("the port of ngrok's own web page is taken", "web_addr"),
    "crash": ("ngrok ended at once", "by hand"),
    "500": ("internal (500)", "try again"),
    "hang": ("does not answer", "whcli tunnel update ngrok"),
    "garbage": ("is not text", "ngrok --version"),
    "mute": ("does not say its version", "agent=PATH"),
    "odd": ("does not say its version", "agent=PATH"),
    "stuck": ("not ready within", "check the connection"),
    "offline": ("no network", "check the connection"),
    "silent": ("not ready within", "check the connection"),
    "stubborn": ("not ready within", "check the connection"),
    "flood": ("not ready within", "check the connection"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_remedy_in_time_and_leaves_no_process(world: World, fault: str):
    world.install(fault=fault)
    cause, remedy = world.fail().splitlines()
    assert FAULTS[fault][0] in cause
    assert FAULTS[fault][1] in remedy


def test_an_agent_that_was_slow_is_waited_for(world: World):
    world.install(fault="slow:2")
    assert world.listen().find(tunnel("up"))["checked"] is True


def test_where_there_is_no_agent_nothing_is_downloaded_unasked(world: World):
    cause, remedy = world.fail().splitlines()
    assert "not installed" in cause
    assert "whcli tunnel install ngrok" in remedy
    assert not (world.home.folder / "config").exists()


def test_the_script_that_comes_with_pyngrok_is_not_taken_for_the_agent(world: World):
    world.home.environment["PATH"] = str(Path(sys.executable).parent)
    assert "not installed" in world.fail()


def test_proxies_of_the_user_do_not_come_between_us_and_the_agent(world: World):
    world.install()
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "ALL_PROXY"):
        world.home.environment[name] = "http://127.0.0.1:1"
    assert world.listen().find(tunnel("up"))["checked"] is True


def test_settings_of_ngrok_that_are_no_yaml_are_named(world: World):
    world.install()
    own = world.home.folder / "config" / "ngrok" / "ngrok.yml"
    own.parent.mkdir(parents=True)
    own.write_text("version: '3'\nagent: [\n")
    assert "ngrok.yml is not YAML in line 3" in world.fail()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tunnel-option", "colour=red"), "it takes: domain, traffic-policy, pooling, agent, check"),
        (("--tunnel-option", "colour"), "--tunnel-option NAME=VALUE"),
        (("--tunnel-option", "pooling=perhaps"), "neither yes nor no"),
        (("--domain", "a/b"), "not the name of a domain"),
        (("--traffic-policy", "missing.yml"), "cannot be read"),
        (("--public-url", "https://a.b"), "leave one of them out"),
    ],
)
def test_an_option_that_cannot_be_is_refused_before_anything_starts(world: World, words: tuple[str, ...], said: str):
    world.install()
    result = world.home.run("listen", "--port", "0", "--tunnel", "ngrok", *words, code=2)
    assert said in result.stderr
    assert not (world.bin / "calls").exists()


def test_options_of_a_tunnel_want_a_tunnel(world: World):
    assert "add --tunnel NAME" in world.home.run("listen", "--domain", "x.ngrok.app", code=2).stderr


# Watched


def test_a_lost_session_is_noticed_and_its_gap_is_told_and_stored(world: World):
    world.install()
    listener = world.listen()
    standin.tell(world.bin, "drop")
    down = listener.find(tunnel("down"))
    assert "connection with ngrok's servers broke off" in down["reason"]
    standin.tell(world.bin, "restore")
    up = listener.find(lambda said: tunnel("up")(said) and said["down_since"])
    assert up["down_since"] == down["at"]
    listener.stop()
    gap = world.home.run("tunnels", "--gaps", "--json").objects[0]
    assert world.home.run("tunnels", "ngrok", "--gaps", "--json").objects == [gap]
    assert world.home.run("tunnels", "ssh", "--gaps", "--json").objects == []
    assert (gap["began_at"], gap["ended_at"], gap["reason"]) == (down["at"], up["at"], down["reason"])


def test_an_agent_that_died_is_started_again(world: World):
    world.install()
    listener = world.listen()
    first = listener.find(tunnel("up"))
    os.kill(first["pid"], signal.SIGKILL)
    assert "killed by signal 9" in listener.find(tunnel("down"))["reason"]
    again = listener.find(lambda said: tunnel("up")(said) and said["pid"] != first["pid"])
    assert again["checked"] is True
    assert post(again["public_url"], "/", b"{}").status == 200
    assert listener.stop() == 0
    assert world.left == []


def test_a_tunnel_that_only_looks_alive_is_found_out_by_a_probe(world: World):
    world.install()
    listener = world.listen()
    standin.tell(world.bin, "offline")
    down = listener.find(tunnel("down"))
    assert down["code"] == "ERR_NGROK_3200"


def test_a_url_that_changed_is_told_and_used_from_then_on(world: World):
    world.install()
    listener = world.listen()
    standin.tell(world.bin, "change")
    new = listener.find(lambda said: tunnel("up")(said) and said["public_url"] != listener.ready["public_url"])
    assert post(new["public_url"], "/x", b"{}").status == 200
    assert world.home.run("list", "--json").objects[0]["url"] == f"{new['public_url']}/x"


def test_a_dead_edge_is_told_with_the_url_that_is_ready_for_it(world: World):
    world.install(fault="dead")
    listener = world.listen()
    assert listener.find(tunnel("down"))["code"] == "ERR_NGROK_3200"


def test_a_computer_that_slept_says_from_when_to_when(world: World):
    world.install()
    listener = world.listen()
    time.sleep(1)  # it watches by now
    listener.tell(signal.SIGSTOP)
    time.sleep(8)
    listener.tell(signal.SIGCONT)
    down = listener.find(tunnel("down"))
    up = listener.find(lambda said: tunnel("up")(said) and said["down_since"])
    assert down["reason"] == "this computer slept"
    assert up["down_since"] == down["at"] < up["at"]


@pytest.mark.parametrize("word", ["garbage", "flood"])
def test_a_log_that_is_odd_stops_nothing(world: World, word: str):
    world.install()
    listener = world.listen()
    standin.tell(world.bin, word)
    time.sleep(1.5)
    url = [said for said in listener.said if tunnel("up")(said)][-1]["public_url"]
    assert post(url, "/", b"{}").status == 200
    assert listener.stop() == 0
    assert "Traceback" not in listener.stderr


def test_a_terminal_tells_the_tunnel_in_words(world: World):
    world.install()
    listener = world.home.watch(
        "listen", "--port", "0", "--tunnel", "ngrok", "--tunnel-option", "check=1s", columns=100
    )
    until(lambda: b"a probe came through" in b"".join(listener.lines), what="ready")
    standin.tell(world.bin, "crash")
    until(lambda: b"it was down from" in b"".join(listener.lines), what="the gap")
    assert b"ngrok's agent ended with 7" in b"".join(listener.lines)
    assert b"\x1b]0;whcli: ngrok is up http://127.0.0.1:" in b"".join(listener.lines)
    assert listener.stop() == 0
    assert b"\x1b[23;0t" in listener.lines[-1]


# Ends


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all(world: World, number: signal.Signals):
    world.install()
    listener = world.listen()
    assert listener.stop(number) == 0
    assert world.left == []
    assert listener.said[-1]["state"] == "closed" or number != signal.SIGTERM


@pytest.mark.parametrize("fault", ["silent", "stubborn"])
def test_a_signal_while_it_opens_ends_all(world: World, fault: str):
    world.install(fault=fault)
    listener = world.home.start("listen", "--port", "0", "--json", "--tunnel", "ngrok")
    until(lambda: world.left, what="the agent")
    assert listener.stop() == 0
    assert world.left == []


def test_a_second_signal_ends_the_agent_as_well(world: World):
    world.install(fault="stubborn")
    listener = world.home.start("listen", "--port", "0", "--json", "--tunnel", "ngrok")
    until(lambda: world.left and list((world.home.folder / ".local/state/whcli/processes").glob("*")), what="the agent")
    time.sleep(0.5)
    listener.tell(signal.SIGTERM)
    time.sleep(0.3)
    assert listener.stop() in (0, 130)
    until(lambda: not world.left, what="its end")


def test_an_agent_that_was_left_behind_is_named_and_can_be_ended(world: World):
    world.install()
    listener = world.listen()
    listener.kill()
    (pid,) = world.left
    assert f"whcli tunnel end {pid}" in world.home.run("tunnels").stderr
    world.install(fault="session:108")
    result = world.home.run("listen", "--port", "0", "--tunnel", "ngrok", code=1)
    assert result.stderr.count(f"whcli tunnel end {pid}") == 2
    world.home.run("tunnel", "end", pid)
    assert world.left == []
    assert world.home.run("tunnels").stderr == ""


@pytest.mark.parametrize(("answer", "ended"), [(b"y\n", True), (b"\n", False)])
def test_on_a_terminal_it_is_asked_whether_to_end_it(world: World, answer: bytes, ended: bool):
    world.install()
    world.listen().kill()
    (pid,) = world.left
    master, slave = terminal(100)
    os.write(master, answer)
    words = world.home.words("listen", "--port", "0", "--tunnel", "ngrok")
    again = subprocess.Popen(
        words, cwd=world.home.folder, env=world.home.environment, stdin=slave, stdout=subprocess.PIPE, stderr=slave
    )
    os.close(slave)
    assert again.stdout is not None
    assert b"listening on" in again.stdout.readline()
    assert (pid not in world.left) is ended
    again.terminate()
    again.communicate()
    os.close(master)


def test_a_process_that_is_not_ours_is_not_ended(world: World):
    assert "left behind" in world.home.run("tunnel", "end", os.getpid(), code=3).stderr


# Commands


def test_update_is_the_agents_own(world: World):
    world.install()
    assert "latest version" in world.home.run("tunnel", "update", "ngrok").stderr


def test_an_update_that_fails_says_so(world: World):
    world.install(fault="readonly")
    assert "failed to replace the binary" in world.home.run("tunnel", "update", "ngrok", code=1).stderr


def test_a_download_that_fails_says_where_the_program_can_be_put_by_hand(world: World):
    world.home.environment["https_proxy"] = "http://127.0.0.1:1"
    result = world.home.run("tunnel", "install", "ngrok", code=1)
    assert result.stdout == b""
    assert f"put it at {world.home.folder / 'config' / 'ngrok' / 'ngrok'}" in result.stderr


def test_install_does_nothing_where_there_is_one(world: World):
    world.install()
    assert "there already" in world.home.run("tunnel", "install", "ngrok").stderr


def test_a_token_that_cannot_be_one_is_refused_without_being_shown(world: World):
    result = world.home.run("tunnel", "login", "ngrok", stdin=b"hunter2\n", code=2)
    assert "hunter2" not in result.stderr
