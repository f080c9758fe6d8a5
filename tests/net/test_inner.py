"""The port that only a tunnel is told of: what comes there has no address of its own, and the public URL."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.client import ask
from whcli.http import Request, Response
from whcli.net.listener import Limits, Listener

PUBLIC = "https://x.example"


def seen(tmp_path: Path, raw: bytes, *, public_url: str | None = PUBLIC) -> list[tuple[str, str | None]]:
    """The URL and the address of a request that comes to the usual port, then to the inner one."""
    found: list[tuple[str, str | None]] = []

    async def run() -> None:
        def handle(request: Request, remote: str | None, answer: Callable[[Response], None]) -> None:
            found.append((request.url, remote))
            answer(Response(200))

        listener = Listener(handle, lambda *_: None, limits=Limits(), spool=tmp_path)
        await listener.start("127.0.0.1", 0)
        own = await listener.start_inner()
        assert own != listener.url
        listener.public_url = public_url
        for url in (listener.url, own):
            port = int(url.rpartition(":")[2])
            text = raw.replace(b"PORT", listener.url.rpartition(":")[2].encode())
            assert (await asyncio.to_thread(ask, port, text)).status == 200
        await listener.stop(0)
        with pytest.raises(OSError):  # noqa: PT011 - whichever says that nothing listens there any more
            await asyncio.open_connection("127.0.0.1", int(own.rpartition(":")[2]))

    asyncio.run(run())
    return found


def test_what_comes_by_the_tunnel_is_told_from_what_comes_from_here(tmp_path):
    local, tunnelled = seen(tmp_path, b"POST /a?b HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nContent-Length: 0\r\n\r\n")
    assert local[0].startswith("http://127.0.0.1:")
    assert local[1] == "127.0.0.1"
    assert tunnelled == (f"{PUBLIC}/a?b", None)


def test_until_the_public_url_is_known_the_listeners_own_stands_for_it(tmp_path):
    raw = b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    _, (url, remote) = seen(tmp_path, raw, public_url=None)
    assert url.startswith("http://127.0.0.1:")
    assert remote is None
