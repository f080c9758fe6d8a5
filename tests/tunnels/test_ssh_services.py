"""Services by ssh: the system's ssh against doubles that greet as they do. A URL is believed of their domains alone."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from tests.client import request
from tests.net.raw import OK, RawServer, answering
from tests.tunnels.service import Service
from tests.tunnels.test_ssh import AT_MOST, called, failing, gone, left, made
from whcli import tunnels
from whcli.tunnels import Place

GREETINGS = {
    "localhost.run": (
        "===============================================================================",
        "Welcome to localhost.run!",
        "Follow your favourite reverse tunnel at [https://twitter.com/localhost_run].",
        "To set up and manage custom domains go to https://admin.localhost.run/",
        "More details on custom domains (and how to enable subdomains of your custom",
        "domain) at https://localhost.run/docs/custom-domains",
        "** your connection id is 6a1b, please mention it if you send me a message about an issue. **",
        "authenticated as anonymous user",
        "0ab1c2d3e4f5a6.lhr.life tunneled with tls termination, https://0ab1c2d3e4f5a6.lhr.life",
    ),
    "pinggy": (
        "You are not authenticated.",
        "Your tunnel will expire in 60 minutes. Upgrade to Pinggy Pro to get unrestricted tunnels.",
        "https://dashboard.pinggy.io",
        "http://rnabc-192-0-2-1.a.free.pinggy.link",
        "https://rnabc-192-0-2-1.a.free.pinggy.link",
    ),
    "serveo": (
        "\x1b[32mForwarding HTTP traffic from https://2757a812-192-0-2-1.serveousercontent.com\x1b[0m",
        "Tip (1): Create an account to reserve names: https://console.serveo.net/settings?n=1",
    ),
}
URLS = {
    "localhost.run": "https://0ab1c2d3e4f5a6.lhr.life",
    "pinggy": "https://rnabc-192-0-2-1.a.free.pinggy.link",
    "serveo": "https://2757a812-192-0-2-1.serveousercontent.com",
}


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(dict(os.environ), tmp_path, tmp_path / "state")


@pytest.mark.parametrize("name", GREETINGS)
def test_the_url_is_read_and_what_is_sent_to_it_arrives(tmp_path: Path, place: Place, name: str):
    body = os.urandom(300_000)

    async def main(service: Service, app: RawServer) -> None:
        tunnel = made(place, name, config=service.config)
        info = await tunnel.open(app.url)
        assert info.public_url == URLS[name]
        assert info.note
        raw = request(b"POST", b"/hook", body=body)
        assert await asyncio.to_thread(called, service.forwarded, raw) == 200
        assert app.requests == [raw]
        await tunnel.close()
        assert gone(info.pid)

    with Service(tmp_path, *GREETINGS[name]) as service, RawServer(answering(OK)) as app:
        asyncio.run(main(service, app))
        [(_, port)] = service.asked
        assert port == (0 if name == "pinggy" else 80)
        assert service.users == ["nokey"] or name != "localhost.run"
    assert left(place) == []


def test_a_service_that_gives_another_name_and_then_hangs_up_is_heard(tmp_path: Path, place: Place):
    async def main(service: Service) -> None:
        tunnel = made(place, "localhost.run", config=service.config)
        await tunnel.open("http://127.0.0.1:1")
        events = aiter(tunnel.watch())
        name = "ffff0000.lhr.life"
        for line in ("good day", URLS["localhost.run"], f"{name} tunneled with tls termination, https://{name}"):
            await asyncio.to_thread(service.say, line)
        event = await asyncio.wait_for(anext(events), AT_MOST)
        assert (event.state, event.public_url) == ("up", f"https://{name}")
        await asyncio.to_thread(service.hang_up)
        event = await asyncio.wait_for(anext(events), AT_MOST)
        assert (event.state, event.reason) == ("down", "localhost.run closed the connection")
        await tunnel.close()

    with Service(tmp_path, *GREETINGS["localhost.run"]) as service:
        asyncio.run(main(service))


def test_a_name_of_ones_own(tmp_path: Path, place: Place):
    said = "hooks.example.com tunneled with tls termination, https://Hooks.Example.com"

    async def main(service: Service) -> None:
        tunnel = made(place, "localhost.run", config=service.config, name="hooks.example.com")
        assert (await tunnel.open("http://127.0.0.1:1")).public_url == "https://hooks.example.com"
        await tunnel.close()

    with Service(tmp_path, said) as service:
        asyncio.run(main(service))
        assert service.asked == [("hooks.example.com", 80)]
        assert service.users != ["nokey"]


@pytest.mark.parametrize("refuse", [True, False], ids=["refused", "full"])
def test_a_service_that_gives_no_name_is_explained(tmp_path: Path, place: Place, refuse: bool):
    async def main(service: Service) -> None:
        error = await failing(made(place, "serveo", config=service.config))
        wanted = "serveo.net does not give us" if refuse else "serveo.net let us in, but names no URL of its own"
        assert error.message.startswith(wanted)

    with Service(tmp_path, "We are full today. https://serveo.net/full", refuse=refuse) as service:
        asyncio.run(main(service))
    assert left(place) == []


@pytest.mark.parametrize("name", GREETINGS)
@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example",
        "https://evil.example/x.lhr.life",
        "https://x.lhr.life.evil.example",
        "https://x.pinggy.link.evil.example",
        "https://x.serveo.net.evil.example",
        "https://x.lhr.life@evil.example",
        "https://x.pinggy.link@evil.example",
        "https://x.serveo.net:1@evil.example",
        "https://xlhr.life",
        "https://xpinggy.link",
        "https://evilserveo.net",
        "http://x.lhr.life",
        "https://\x1b]0;.lhr.life",
        "https://admin.localhost.run",
    ],
)
def test_a_url_of_another_domain_is_not_believed(place: Place, name: str, url: str):
    tunnel = made(place, name)
    for before in ("", "x tunneled with tls termination, ", "Forwarding HTTP traffic from "):
        assert tunnel._url(f"{before}{url}") is None  # type: ignore[attr-defined]  # a rule, and it has no other door


@pytest.mark.parametrize("name", GREETINGS)
def test_an_option_that_is_no_name(place: Place, name: str):
    for text in ("-x", "a b", "x:80", "", "a/b", "é"):
        with pytest.raises(tunnels.UsageError, match="not a name"):
            made(place, name, name=text)
