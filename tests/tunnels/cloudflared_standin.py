"""A stand-in for cloudflared, as much of it as we talk to: its log, its metrics, and an edge that really proxies.

It is run as a program: `install` writes one named `cloudflared` into a folder, with the fault it is to have. What it
was called with, and the port of its edge, it writes down there; what it is told while it runs it reads from there.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

HOST = "polite-otter-runs-fast.trycloudflare.com"
CALLER = "203.0.113.7"


def install(folder: Path, *, fault: str = "") -> Path:
    """Write the program; gives its path."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "cloudflared"
    (folder / "fault").write_text(fault)
    program.write_text(
        f"#!{sys.executable} -I\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import cloudflared_standin\ncloudflared_standin.main({str(folder)!r}, sys.argv[1:])\n"
    )
    program.chmod(0o755)
    return program


def call(folder: Path) -> dict[str, Any]:
    """How the program was called: its words, what of the environment would change it, the port of its edge."""
    said: dict[str, Any] = json.loads((folder / "call").read_text())
    return said


def tell(folder: Path, word: str) -> None:
    """Have the program that runs do something: drop, restore, crash."""
    (folder / "told").write_text(word)


def say(level: str, text: str) -> None:
    with suppress(BrokenPipeError):
        os.write(2, f"{time.strftime('%Y-%m-%dT%H:%M:%SZ')} {level} {text}\n".encode())


def main(folder: str, words: list[str]) -> None:
    """The program."""
    home = Path(folder)
    threading.Thread(target=follow, args=(os.getppid(),), daemon=True).start()
    fault = (home / "fault").read_text()
    upstream = words[words.index("--url") + 1]
    edge = socket.create_server(("127.0.0.1", 0))
    own = [name for name in os.environ if name.startswith("TUNNEL_")]
    (home / "call").write_text(json.dumps({"argv": words, "own": own, "edge": edge.getsockname()[1]}))
    if fault == "silent":
        time.sleep(60)
    if fault == "crash":
        sys.exit(3)
    if fault == "flags":
        sys.stderr.write("Incorrect Usage: flag provided but not defined: -metrics\n")
        sys.exit(1)
    say("INF", "Thank you for trying Cloudflare Tunnel. Doing so, without a Cloudflare account, is a quick way")
    say("INF", "Requesting new quick Tunnel on trycloudflare.com...")
    if fault == "offline":
        say("ERR", 'Post "https://api.trycloudflare.com/tunnel": dial tcp: lookup api.trycloudflare.com: no such host')
        sys.stderr.write('failed to request quick Tunnel: Post "https://api.trycloudflare.com/tunnel": dial tcp\n')
        sys.exit(1)
    if fault == "many":
        say("ERR", 'Error unmarshaling QuickTunnel response: error code: 1015 status_code="429 Too Many Requests"')
        sys.stderr.write("failed to unmarshal quick Tunnel: invalid character 'e' looking for beginning of value\n")
        sys.exit(1)
    shown = f"https://{HOST}"
    width = max(len(shown), 88) + 2
    say("INF", f"+{'-' * (width + 2)}+")
    say("INF", f"|  {'Your quick Tunnel has been created! Visit it at (it may take some time):':{width}}|")
    say("INF", f"|  {shown:{width}}|")
    say("INF", f"+{'-' * (width + 2)}+")
    metrics = Metrics(fault)
    say("INF", f"Starting metrics server on 127.0.0.1:{metrics.port}/metrics")
    if fault == "blocked":
        while True:
            say("ERR", 'Failed to dial a quic connection error="failed to dial to edge with quic: timeout" connIndex=0')
            time.sleep(1)
    time.sleep(0.1)
    threading.Thread(target=accept, args=(edge, upstream), daemon=True).start()
    metrics.connections = 1
    say("INF", "Registered tunnel connection connIndex=0 protocol=quic")
    obey(home, metrics)


def follow(starter: int) -> None:
    """End with who started it: a test may kill a listener, and shall leave nothing."""
    while os.getppid() == starter:
        time.sleep(0.2)
    os._exit(0)


def obey(home: Path, metrics: Metrics) -> None:
    told = home / "told"
    while True:
        time.sleep(0.02)
        if not told.exists():
            continue
        word = told.read_text()
        told.unlink()
        if word == "crash":
            say("ERR", "no more connections active and exiting")
            os._exit(1)
        metrics.connections = int(word == "restore")


class Metrics:
    """What it knows of itself, over HTTP."""

    def __init__(self, fault: str) -> None:
        self.connections = 0
        metrics = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = metrics.answer(self.path, fault)
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        threading.Thread(target=server.serve_forever, daemon=True).start()

    def answer(self, path: str, fault: str) -> tuple[int, bytes]:
        if path == "/ready":
            status = 200 if self.connections else 503
            return status, json.dumps({"status": status, "readyConnections": self.connections}).encode()
        if path == "/quicktunnel" and fault != "old":
            said = {"odd": b"\xff[[[", "evil": b'{"hostname":"evil.example/?"}'}
            return 200, said.get(fault, json.dumps({"hostname": HOST}).encode())
        return 404, b"404 page not found\n"


def accept(edge: socket.socket, upstream: str) -> None:
    while True:
        client, _ = edge.accept()
        threading.Thread(target=carry, args=(client, upstream), daemon=True).start()


def carry(client: socket.socket, upstream: str) -> None:
    """One request, with the header that tells who called; one of that name by the caller does not pass."""
    from ngrok_standin import pump  # found beside this one where it runs as a program

    with client, suppress(OSError):
        data = b""
        while b"\r\n\r\n" not in data:
            if not (more := client.recv(65536)):
                return
            data += more
        head, _, begun = data.partition(b"\r\n\r\n")
        first, *lines = head.split(b"\r\n")
        kept = [line for line in lines if not line.lower().startswith((b"cf-connecting-ip:", b"connection:"))]
        added = [f"Cf-Connecting-Ip: {CALLER}".encode(), b"Connection: close"]
        host, _, port = upstream.rpartition("//")[2].rpartition(":")
        with socket.create_connection((host.strip("[]"), int(port))) as local:
            local.sendall(b"\r\n".join([first, *kept, *added, b"", begun]))
            threading.Thread(target=pump, args=(client, local), daemon=True).start()
            pump(local, client)
