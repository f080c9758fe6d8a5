"""Load on a server: wrk where it is installed, else plain sockets. Every delivery has an id of its own."""

from __future__ import annotations

import hmac
import json
import secrets
import selectors
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

BODY_SIZE = 1500
STEP = 977
"""Between the times in two ids: 0.1 ms in units of 100 ns."""
SCATTER = 2654435761


class Load(NamedTuple):
    """What one round of load has seen."""

    requests: int
    seconds: float
    p50_ms: float
    p99_ms: float
    bad: int
    """Answers other than 2xx, and connections that broke."""

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.requests / self.seconds


def put(port: int, *, connections: int, seconds: float, secret: str = "", scattered: bool = False) -> Load:
    """Load a server for so many seconds; signed when there is a secret.

    Ids of deliveries grow with time within a run, as GitHub's do (UUID version 1), unless they are `scattered`.
    """
    step = SCATTER if scattered else STEP
    start, seed = int(time.time() * 1e7) % 2**32, secrets.token_hex(6)
    body = sample_body()
    before, after = head(port, body, secret=secret)
    if wrk := shutil.which("wrk"):
        with tempfile.TemporaryDirectory() as folder:
            script = Path(folder, "load.lua")
            script.write_text(_LUA % (_lua(before), _lua(after + body), start, step, seed))
            words = [wrk, "-t1", f"-c{connections}", f"-d{_seconds(seconds)}", "--latency", "-s", str(script)]
            output = subprocess.run(
                [*words, f"http://127.0.0.1:{port}"], capture_output=True, check=True, text=True
            ).stdout
    else:
        words = [sys.executable, __file__, *map(str, (port, connections, seconds, start, step, seed)), secret]
        output = subprocess.run(words, capture_output=True, check=True, text=True).stdout
    found = json.loads(output.splitlines()[-1])
    return Load(found["requests"], found["us"] / 1e6, found["p50"] / 1000, found["p99"] / 1000, found["bad"])


def sample_body() -> bytes:
    """A push event of BODY_SIZE bytes, like GitHub's."""
    event = {
        "ref": "refs/heads/main",
        "repository": {"id": 186853002, "full_name": "octo/widgets", "private": False},
        "pusher": {"name": "octocat", "email": "octocat@example.com"},
        "commits": [{"id": "7fd1a60b01f91b314f59955a4e4d4e80d8edf11d", "message": "Fix the widget", "distinct": True}],
        "padding": "",
    }
    event["padding"] = "x" * (BODY_SIZE - len(json.dumps(event)))
    return json.dumps(event).encode()


def head(port: int, body: bytes, *, secret: str) -> tuple[bytes, bytes]:
    """A request's head as GitHub sends it, before and after the delivery's id."""
    before = (
        f"POST /webhook/github HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n"
        "Accept: */*\r\nContent-Type: application/json\r\nX-GitHub-Event: push\r\nX-GitHub-Hook-ID: 292430182\r\n"
        "X-GitHub-Hook-Installation-Target-ID: 79929171\r\nX-GitHub-Hook-Installation-Target-Type: repository\r\n"
    )
    if secret:
        for name, algorithm in (("X-Hub-Signature", "sha1"), ("X-Hub-Signature-256", "sha256")):
            before += f"{name}: {algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}\r\n"
    return f"{before}X-GitHub-Delivery: ".encode(), f"\r\nContent-Length: {len(body)}\r\n\r\n".encode()


def delivery_id(number: int, *, start: int = 0, step: int = STEP, seed: str = "4c9367dc0958") -> str:
    """The id of a delivery: the time, and who made it."""
    return f"{(start + number * step) % 2**32:08x}-cc78-11f0-81ab-{seed}"


def request(port: int, *, secret: str) -> bytes:
    """One whole request."""
    body = sample_body()
    before, after = head(port, body, secret=secret)
    return before + delivery_id(0, start=int(time.time() * 1e7) % 2**32).encode() + after + body


_LUA = """
local before, after, start, step, number = "%s", "%s", %d, %d, 0
function request()
  number = number + 1
  return before .. string.format("%%08x-cc78-11f0-81ab-%s", (start + number * step) %% 4294967296) .. after
end
function done(summary, latency)
  local errors = summary.errors
  io.write(string.format('{"requests":%%d,"us":%%d,"p50":%%d,"p99":%%d,"bad":%%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99),
    errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


def _lua(text: bytes) -> str:
    """Bytes inside a Lua string."""
    return "".join(chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f"\\{byte:03d}" for byte in text)


def _seconds(seconds: float) -> str:
    return f"{max(1, round(seconds))}s"


def _main(port: int, connections: int, seconds: float, *, start: int, step: int, seed: str, secret: str) -> None:  # noqa: PLR0913
    """The generator that needs no wrk: as many connections, each with one request under way."""
    body = sample_body()
    before, after = head(port, body, secret=secret)
    number = bad = 0
    times: list[float] = []
    sent_at: dict[socket.socket, float] = {}
    selector = selectors.DefaultSelector()

    def send(connection: socket.socket) -> None:
        nonlocal number
        number += 1
        sent_at[connection] = time.perf_counter()
        connection.sendall(before + delivery_id(number, start=start, step=step, seed=seed).encode() + after + body)

    began = time.perf_counter()
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, connection)
        send(connection)
    while (now := time.perf_counter()) < began + seconds and selector.get_map():
        for key, _ in selector.select(0.1):
            connection = key.data
            answer = connection.recv(65536)  # our answers fit into one segment
            times.append(time.perf_counter() - sent_at[connection])
            bad += not answer.startswith(b"HTTP/1.1 2")
            if not answer or b"connection: close" in answer.lower():
                selector.unregister(connection)
                connection.close()
            else:
                send(connection)
    times.sort()
    middle, late = (times[int(len(times) * share)] * 1e6 for share in (0.5, 0.99))
    us = (now - began) * 1e6
    print(json.dumps({"requests": len(times), "us": int(us), "p50": int(middle), "p99": int(late), "bad": bad}))


if __name__ == "__main__":
    _main(
        int(sys.argv[1]),
        int(sys.argv[2]),
        float(sys.argv[3]),
        start=int(sys.argv[4]),
        step=int(sys.argv[5]),
        seed=sys.argv[6],
        secret=sys.argv[7],
    )
