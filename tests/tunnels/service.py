"""A double of the services that give a name to who logs in by ssh: it greets as they do, and really forwards."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import asyncssh

from tests.client import PATIENCE

RELAY = """
import os, socket, sys, threading
sock = socket.create_connection(("127.0.0.1", int(sys.argv[1])))
def down():
    while data := sock.recv(65536):
        os.write(1, data)
    os._exit(0)
threading.Thread(target=down, daemon=True).start()
while data := os.read(0, 65536):
    sock.sendall(data)
"""


class Listening(asyncssh.SSHListener):
    """A port on loopback whose connections go back to who logged in."""

    def __init__(self, server: asyncio.Server) -> None:
        super().__init__()
        self._server = server

    def get_port(self) -> int:
        return int(self._server.sockets[0].getsockname()[1])

    def close(self) -> None:
        self._server.close()

    async def wait_closed(self) -> None:
        await self._server.wait_closed()


class Service:
    """Greets with lines; `forwarded` is the port of 127.0.0.1 that stands for its public URL."""

    def __init__(self, folder: Path, *greeting: str, refuse: bool = False) -> None:
        self.greeting = list(greeting)
        self.refuse = refuse
        self.asked: list[tuple[str, int]] = []
        self.users: list[str] = []
        self.forwarded = 0
        self._asked = asyncio.Event()
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._sessions: list[asyncssh.SSHServerProcess[str]] = []
        self._connections: list[asyncssh.SSHServerConnection] = []

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._do(self._listen)
        relay = self._folder / "relay.py"
        relay.write_text(RELAY)
        self.config = self._folder / "service_config"
        self.config.write_text(
            f"Host *\n  ProxyCommand {sys.executable} {relay} {self.port}\n"
            f"  UserKnownHostsFile {self._folder / 'known'}\n"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()
        self._acceptor.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def say(self, line: str) -> None:
        """Say something in every session."""

        async def write() -> None:
            for session in self._sessions:
                session.stdout.write(line + "\r\n")

        self._do(write)

    def hang_up(self) -> None:
        """End every connection."""

        async def abort() -> None:
            for connection in self._connections:
                connection.abort()
            await asyncio.sleep(0.05)

        self._do(abort)

    def _do(self, step: Callable[[], object]) -> object:
        return asyncio.run_coroutine_threadsafe(step(), self._loop).result(PATIENCE)

    async def _listen(self) -> int:
        service = self

        class Server(asyncssh.SSHServer):
            def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
                self._connection = conn
                service._connections.append(conn)

            def begin_auth(self, username: str) -> bool:
                service.users.append(username)
                return False

            async def server_requested(self, listen_host: str, listen_port: int) -> Listening | bool:
                service.asked.append((listen_host, listen_port))
                try:
                    return (
                        False if service.refuse else await service._forward(self._connection, listen_host, listen_port)
                    )
                finally:
                    service._asked.set()

        self._acceptor = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Server,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            process_factory=self._greet,
        )
        return int(self._acceptor.get_port())

    async def _forward(self, connection: asyncssh.SSHServerConnection, host: str, port: int) -> Listening:
        async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            back, forth = await connection.open_connection(host, port or self.forwarded, "192.0.2.1", 1, encoding=None)

            async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
                while data := await source.read(1 << 16):
                    sink.write(data)
                    await sink.drain()
                sink.write_eof()

            await asyncio.gather(pump(reader, forth), pump(back, writer))
            writer.close()

        server = await asyncio.start_server(carry, "127.0.0.1", 0)
        listening = Listening(server)
        self.forwarded = listening.get_port()
        return listening

    async def _greet(self, process: asyncssh.SSHServerProcess[str]) -> None:
        self._sessions.append(process)
        await self._asked.wait()  # a session may be there before its port is
        for line in self.greeting:
            process.stdout.write(line + "\r\n")
        await process.wait_closed()
