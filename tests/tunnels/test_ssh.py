"""`--tunnel ssh://…`: the system's ssh against a real sshd on loopback, and each way in which it cannot."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest

from tests.client import Client, request
from tests.net.raw import OK, RawServer, answering
from tests.process import until
from tests.tunnels.sshd import SSHD, Sshd, free_port, make_key
from whcli import tunnels
from whcli.errors import TunnelError, UsageError
from whcli.tunnels import Kind, Place, Tunnel, TunnelEvent, TunnelInfo

pytestmark = pytest.mark.skipif(
    SSHD is None and not os.environ.get("CI"), reason="there is no sshd here: apt install openssh-server"
)

AT_MOST = 10.0
"""Seconds until a user reads what is wrong."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Sshd]:
    folder = tmp_path / "server"
    folder.mkdir()
    with Sshd(folder, "GatewayPorts clientspecified") as server:
        yield server


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(dict(os.environ), tmp_path, tmp_path / "state")


def made(place: Place, named: str, **options: object) -> Tunnel:
    """A tunnel as `--tunnel` and `--tunnel-option` name it."""
    kind, found = tunnels.find(named)
    return kind.make(
        tunnels.read_options(kind, {**found, **{key: str(value) for key, value in options.items()}}), place
    )


def gone(pid: int | None) -> bool:
    try:
        os.kill(pid or 0, 0)
    except ProcessLookupError:
        return True
    return False


def left(place: Place) -> list[Path]:
    """What is written down of processes that run."""
    return list(place.state.rglob("*.json"))


def port_of(info: TunnelInfo) -> int:
    return int(info.public_url.rpartition(":")[2])


async def failing(tunnel: Tunnel, local: str = "http://127.0.0.1:1") -> TunnelError:
    began = time.monotonic()
    with pytest.raises(TunnelError) as caught:
        await tunnel.open(local)
    assert time.monotonic() - began < AT_MOST
    assert caught.value.hint
    return caught.value


async def heard(tunnel: Tunnel) -> list[TunnelEvent]:
    return [event async for event in tunnel.watch()]


def test_what_is_sent_to_the_server_arrives_byte_for_byte(server: Sshd, place: Place):
    body = os.urandom(5_000_000)

    async def main(app: RawServer) -> TunnelInfo:
        tunnel = made(place, "ssh://box", config=server.config)
        info = await tunnel.open(app.url)
        assert len(left(place)) == 1
        raw = request(b"POST", b"/hook?a=%20", [(b"X_Under", b"caf\xe9")], body)
        assert await asyncio.to_thread(called, port_of(info), raw) == 200
        assert app.requests == [raw]
        await tunnel.close()
        await tunnel.close()
        return info

    with RawServer(answering(OK)) as app:
        info = asyncio.run(main(app))
        assert info.public_url == f"http://127.0.0.1:{port_of(info)}"
        assert info.caller is None
        assert "GatewayPorts" in (info.note or "")
        assert gone(info.pid)
        assert left(place) == []
        with pytest.raises(OSError, match="refused"):
            Client(port_of(info))


def called(port: int, raw: bytes) -> int:
    with Client(port) as client:
        return client.send(raw).reply().status


@pytest.mark.parametrize("named", ["its own port", "a URL that leads there"])
def test_a_port_that_is_asked_for_is_the_one_that_is_had(server: Sshd, place: Place, named: str):
    remote = free_port()
    more = {"url": "https://hooks.example.com/"} if "URL" in named else {}

    async def main(app: RawServer) -> TunnelInfo:
        tunnel = made(place, f"ssh://127.0.0.1:{server.port}", config=server.config, remote=remote, **more)
        info = await tunnel.open(app.url)
        assert await asyncio.to_thread(called, remote, request()) == 200
        await tunnel.close()
        return info

    with RawServer(answering(OK)) as app:
        info = asyncio.run(main(app))
    assert info.public_url == ("https://hooks.example.com" if more else f"http://127.0.0.1:{remote}")


def test_a_tunnel_whose_server_is_gone_says_so_and_can_be_opened_again(server: Sshd, place: Place):
    async def main(app: RawServer) -> None:
        tunnel = made(place, "ssh://box", config=server.config)
        for _ in range(2):
            info = await tunnel.open(app.url)
            await asyncio.to_thread(server.end_sessions)
            [event] = await asyncio.wait_for(heard(tunnel), AT_MOST)
            assert event.state == "down"
            assert event.reason == "box closed the connection"
            assert event.hint
            await tunnel.close()
            assert gone(info.pid)

    with RawServer(answering(OK)) as app:
        asyncio.run(main(app))
    assert left(place) == []


def test_a_key_of_its_own(server: Sshd, place: Place):
    text = server.config.read_text()
    server.config.write_text("\n".join(line for line in text.splitlines() if "IdentityFile" not in line) + "\n")

    async def main() -> None:
        error = await failing(made(place, "ssh://box", config=server.config))
        assert error.message == "box does not let us in"
        tunnel = made(place, "ssh://box", config=server.config, key=server.key)
        await tunnel.open("http://127.0.0.1:1")
        await tunnel.close()

    asyncio.run(main())


@pytest.mark.parametrize(
    ("wrong", "cause", "remedy"),
    [
        ("its key", "box does not let us in", "ssh-copy-id box"),
        ("the server's key", "box has another key than the one that is known", "ssh-keygen -R box"),
        ("no server", "nothing listens for ssh on box", "sshd"),
        ("no such name", "no host is named nowhere.invalid", "spelling"),
        ("the settings", "ssh does not take its settings: Bad configuration option: nonsense", "~/.ssh/config"),
        ("the port", "box does not give us its port", "remote=PORT"),
        ("no forwarding", "box does not give us its port 0|box does not forward to us", "AllowTcpForwarding"),
        ("no ssh", "there is no ssh here", "install"),
    ],
)
def test_what_is_wrong_is_said_in_a_line_with_its_remedy(
    server: Sshd, place: Place, wrong: str, cause: str, remedy: str
):
    options: dict[str, object] = {"config": server.config}
    named = "ssh://nowhere.invalid" if wrong == "no such name" else "ssh://box"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        if wrong == "its key":
            (server.folder / "key.pub").write_text("")
        elif wrong == "the server's key":
            other = make_key(server.folder / "other").with_suffix(".pub").read_text()
            server.known_hosts.write_text(f"[127.0.0.1]:{server.port} {other}")
        elif wrong == "no server":
            server.stop()
        elif wrong == "the settings":
            server.config.write_text("Nonsense yes\n")
        elif wrong == "the port":
            options |= {"remote": taken.getsockname()[1], "url": "https://hooks.example.com"}
        elif wrong == "no forwarding":
            server.stop()
            settings = server.folder / "sshd_config"
            settings.write_text(f"AllowTcpForwarding no\n{settings.read_text()}")
            server.start()
        elif wrong == "no ssh":
            place = place._replace(environment={"PATH": "/nowhere"})
        error = asyncio.run(failing(made(place, named, **options)))
    assert error.message.startswith(tuple(cause.split("|")))
    assert remedy in (error.hint or "")
    assert left(place) == []


def silent(server: RawServer, _: socket.socket) -> None:
    server.wait(AT_MOST)


def test_a_server_that_says_nothing_is_not_waited_for(place: Place):
    with RawServer(silent) as app:
        error = asyncio.run(failing(made(place, f"ssh://127.0.0.1:{app.port}")))
    assert error.message.startswith("127.0.0.1 did not")
    assert left(place) == []


def test_an_opening_that_is_given_up_leaves_no_process(place: Place):
    async def main(port: int) -> None:
        opening = asyncio.create_task(made(place, f"ssh://127.0.0.1:{port}", remote=8400).open("http://127.0.0.1:1"))
        await asyncio.to_thread(until, partial(left, place), what="a process")
        pids = [int(path.stem) for path in left(place)]
        opening.cancel()
        with suppress(asyncio.CancelledError):
            await opening
        assert all(map(gone, pids))

    with RawServer(silent) as app:
        asyncio.run(main(app.port))
    assert left(place) == []


@pytest.mark.parametrize(
    ("named", "options", "complaint"),
    [
        ("ssh", {}, "which server"),
        ("ssh://", {}, "not ssh://user@host:port"),
        ("ssh://-oProxyCommand=x", {}, "not ssh://"),
        ("ssh://-l@box", {}, "not ssh://"),
        ("ssh://box/path", {}, "not ssh://"),
        ("ssh://box:0", {}, "not a port"),
        ("ssh://box:65536", {}, "not a port"),
        ("ssh://box:٣", {}, "not ssh://"),
        ("ssh://me:secret@box", {}, "without a password"),
        ("ssh://box", {"remote": "x"}, "not a port"),
        ("ssh://box", {"url": "box"}, "not a URL"),
        ("ssh://box", {"url": "https://box#x"}, "not a URL"),
        ("ssh://box", {"url": "https://box"}, "to which port of box does https://box lead"),
        ("ssh://box", {"ports": "1"}, "has no option 'ports'"),
    ],
)
def test_options_that_make_no_sense_are_a_users_mistake(
    place: Place, named: str, options: dict[str, str], complaint: str
):
    with pytest.raises(UsageError, match=complaint) as caught:
        made(place, named, **options)
    assert caught.value.hint
    assert "secret@" not in caught.value.message


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("ssh://me@box:2222", "me@box"),
        ("ssh://box/", "box"),
        ("ssh://[::1]:22", "::1"),
        ("ssh://me+x@box.example.com", "me+x@box.example.com"),
    ],
)
def test_a_server_is_named_by_a_url(named: str, words: str):
    kind, found = tunnels.find(named)
    assert isinstance(kind, Kind)
    assert str(tunnels.read_options(kind, found)["to"]) == words
