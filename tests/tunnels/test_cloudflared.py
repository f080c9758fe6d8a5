"""Quick tunnels: cloudflared is asked over HTTP what it knows of itself, and each fault is a line with its remedy."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.client import request
from tests.net.raw import OK, RawServer, answering
from tests.tunnels import cloudflared_standin as standin
from tests.tunnels.test_ssh import AT_MOST, called, failing, gone, left, made
from whcli.errors import UsageError
from whcli.http import Headers, Response
from whcli.tunnels import Place, TunnelEvent
from whcli.tunnels.cloudflared import CLOUDFLARED


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "bin"


@pytest.fixture
def place(tmp_path: Path, folder: Path) -> Place:
    environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "TUNNEL_TOKEN": "of another tunnel"}
    return Place(environment, tmp_path, tmp_path / "state")


@pytest.mark.parametrize("fault", ["", "old"])
def test_the_name_is_read_and_what_is_sent_to_it_arrives(folder: Path, place: Place, fault: str):
    standin.install(folder, fault=fault)
    body = os.urandom(5_000_000)

    async def main(app: RawServer) -> None:
        tunnel = made(place, "cloudflared", protocol="http2")
        info = await tunnel.open(app.url)
        assert info.public_url == f"https://{standin.HOST}"
        assert info.caller == b"cf-connecting-ip"
        said = standin.call(folder)
        assert said["own"] == []
        assert said["argv"] == [
            "tunnel", "--config", os.devnull, "--no-autoupdate", "--metrics", "127.0.0.1:0",
            "--protocol", "http2", "--url", app.url,
        ]  # fmt: skip
        forged = (b"CF-Connecting-IP", b"198.51.100.1")
        assert await asyncio.to_thread(called, said["edge"], request(b"POST", b"/hook", [forged], body)) == 200
        [arrived] = app.requests
        assert arrived.endswith(b"\r\n\r\n" + body)
        assert b"Cf-Connecting-Ip: 203.0.113.7\r\n" in arrived
        assert b"198.51.100.1" not in arrived
        await tunnel.close()
        await tunnel.close()
        assert gone(info.pid)

    with RawServer(answering(OK)) as app:
        asyncio.run(main(app))
    assert left(place) == []


def test_lost_connections_are_noticed_and_so_is_their_return_and_the_end(folder: Path, place: Place):
    standin.install(folder)

    async def main() -> None:
        tunnel = made(place, "cloudflared")
        for told in ({"drop": "down", "restore": "up", "crash": "down"}, {"crash": "down"}):
            await tunnel.open("http://127.0.0.1:1")
            events = aiter(tunnel.watch())
            for word, state in told.items():
                standin.tell(folder, word)
                event = await asyncio.wait_for(anext(events), AT_MOST)
                assert event.state == state
                assert isinstance(event, TunnelEvent)
                assert bool(event.reason and event.hint) == (state == "down")
            assert event.reason == "cloudflared ended: " + event.reason.partition(": ")[2]
            assert "no more connections active" in event.reason
            with pytest.raises(StopAsyncIteration):
                await asyncio.wait_for(anext(events), AT_MOST)
            await tunnel.close()

    asyncio.run(main())
    assert left(place) == []


FAULTS = {
    "offline": ("cloudflared cannot reach Cloudflare", "network"),
    "many": ("Cloudflare gives no more quick tunnels", "wait"),
    "flags": ("this cloudflared does not know what it was asked for", "cloudflared update"),
    "crash": ("cloudflared ended: it said nothing", "cloudflared tunnel"),
    "blocked": ("cloudflared gets no connection to Cloudflare", "protocol=http2"),
    "silent": ("cloudflared got no tunnel within", "try again"),
    "evil": ("cloudflared got no tunnel within", "try again"),
    "odd": ("cloudflared got no tunnel within", "try again"),
}


def test_what_is_wrong_is_said_in_a_line_with_its_remedy(tmp_path: Path, place: Place):
    async def main() -> None:
        tunnels = []
        for fault in FAULTS:
            standin.install(tmp_path / fault, fault=fault)
            own = place._replace(environment={**place.environment, "PATH": str(tmp_path / fault)})
            tunnels.append(made(own, "cloudflared"))
        errors = await asyncio.gather(*map(failing, tunnels))  # most of the time is waited
        for (cause, remedy), error in zip(FAULTS.values(), errors, strict=True):
            assert error.message.startswith(cause)
            assert remedy in (error.hint or "")

    asyncio.run(main())
    assert left(place) == []


def test_a_program_that_is_not_installed(place: Place):
    error = asyncio.run(failing(made(place._replace(environment={"PATH": "/nowhere"}), "cloudflared")))
    assert error.message == "cloudflared is not installed"


def test_an_opening_that_is_given_up_leaves_no_process(folder: Path, place: Place):
    standin.install(folder, fault="silent")

    async def main() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1):
                await made(place, "cloudflared").open("http://127.0.0.1:1")

    asyncio.run(main())
    assert left(place) == []


def test_a_protocol_that_nobody_speaks(place: Place):
    with pytest.raises(UsageError, match="not auto, quic or http2"):
        made(place, "cloudflared", protocol="carrier-pigeon")


def test_what_cloudflare_answers_in_our_place_is_explained():
    ray = Headers([(b"CF-RAY", b"8f2c-FRA")])
    for status in (404, 429, 502, 530):
        error = CLOUDFLARED.explain(Response(status, ray))
        assert error is not None
        assert error.hint
        assert CLOUDFLARED.explain(Response(status, Headers())) is None
    assert CLOUDFLARED.explain(Response(200, ray)) is None
