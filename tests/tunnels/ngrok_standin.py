"""A stand-in for ngrok's agent, as much of it as pyngrok and we talk to: its log, its API, and a proxy that is real.

It is run as a program: `install` writes one named `ngrok` into a folder, with the fault it is to have. What it was
called with it writes down there; what it is told to do while it runs it reads from there.
"""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

SECRET = "2abcdefghijklmnopqrstuvwxyz_4ABCDEFGHIJKLMNOPQRST"
"""A token of the right form, which opens nothing."""

SESSION_ERRORS = {
    "4018": "Usage of ngrok requires a verified account and authtoken.",
    "105": f"The authtoken you specified does not look like a proper ngrok authtoken.\\nYour authtoken: {SECRET}",
    "107": f"The authtoken you specified is properly formed, but it is invalid.\\nYour authtoken: {SECRET}",
    "108": "Your account is limited to 1 simultaneous ngrok agent sessions.",
    "120": "Your ngrok-agent version is too old.",
    "121": "Your ngrok-agent version is too old. The minimum supported agent version is 3.20.0.",
    "9009": "Running the agent with an http/s proxy is an enterprise feature.",
    "9040": "We do not allow agents to connect to ngrok from your IP address.",
    "3208": "Account banned.",
    "99999": "Something that nobody has seen yet.",
}
REFUSALS = {
    "334": "The endpoint 'https://x.ngrok.app' is already online.",
    "324": "Your account may not run more than 3 endpoints over a single ngrok agent session.",
    "8013": "You must add a credit or debit card before you can use TCP endpoints on a free account.",
    "725": "You have exceeded your monthly data limit.",
    "727": "You have exceeded your monthly request limit.",
}


def install(folder: Path, *, fault: str = "", version: str = "3.39.6") -> Path:
    """Write the program; gives its path. `fault` is one of those in `start`."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "ngrok"
    (folder / "fault").write_text(fault)
    program.write_text(
        f"#!{sys.executable} -I\nimport sys\nsys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        f"import ngrok_standin\nngrok_standin.main({str(folder)!r}, {version!r}, sys.argv[1:])\n"
    )
    program.chmod(0o755)
    return program


def calls(folder: Path) -> list[dict[str, Any]]:
    """How the program was called so far: words, token, what it was asked for."""
    return [json.loads(line) for line in (folder / "calls").read_text().splitlines()]


def tell(folder: Path, word: str) -> None:
    """Have the program that runs do something: drop, restore, change, offline, crash, flood, garbage."""
    (folder / "told").write_text(word)


class Agent:
    """One run of the program."""

    def __init__(self, folder: Path, version: str, words: list[str]) -> None:
        self.folder = folder
        self.version = tuple(map(int, version.split(".")[:2]))
        self.words = words
        self.fault = (folder / "fault").read_text()
        self.edge = Edge()
        self.endpoint: dict[str, Any] = {}
        self.web = ""

    def say(self, level: str, message: str, **more: str) -> None:
        """A line of the log, in logfmt."""
        parts = [f"t={time.strftime('%Y-%m-%dT%H:%M:%S%z')}", f"lvl={level}", f"msg={quoted(message)}"]
        parts += [f"{key}={quoted(value)}" for key, value in more.items()]
        with suppress(BrokenPipeError):
            os.write(1, (" ".join(parts) + "\n").encode())

    def fail(self, error: str) -> None:
        """End as the agent does where it gives up."""
        self.say("eror", "failed to reconnect session", obj="tunnels.session", err=error)
        self.say("info", "session closing", obj="tunnels.session", err="nil")
        self.say("eror", "terminating with error", obj="app", err=error)
        self.say("crit", "command failed", err=error)
        os.write(2, f"ERROR:  {error}\n".replace("\\n", "\n").encode())
        sys.exit(1)

    def note(self, **what: Any) -> None:
        with (self.folder / "calls").open("a") as file:
            file.write(json.dumps({"pid": os.getpid(), "argv": self.words, **what}) + "\n")

    def option(self, name: str) -> str | None:
        return self.words[self.words.index(name) + 1] if name in self.words else None

    def token(self) -> str | None:
        """As the agent looks for it: option, environment, settings."""
        settings = self.option("--config")
        written = re.search(r"authtoken: *(\S+)", Path(settings).read_text()) if settings else None
        return self.option("--authtoken") or os.environ.get("NGROK_AUTHTOKEN") or (written[1] if written else None)

    def start(self) -> None:  # noqa: C901, PLR0912 - one branch for each fault
        """`ngrok start --none`, with whatever fault it is to have."""
        kind, _, detail = self.fault.partition(":")
        self.note(token=self.token(), stdin_closed=os.read(0, 1) == b"" if not os.isatty(0) else False)
        if kind in ("silent", "stubborn"):
            if kind == "stubborn":
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
            time.sleep(60)
        if kind == "garbage":
            while True:
                os.write(1, os.urandom(4096))
                time.sleep(0.01)
        if kind == "flood":
            while True:
                self.say("info", "noise " * 20)
        self.say("info", "open config file", path=self.option("--config") or "", err="nil")
        if kind == "crash":
            sys.exit(3)
        if kind == "port":
            self.fail("listen tcp 127.0.0.1:4040: bind: address already in use")
        self.web = self.serve_api()
        self.say("info", "starting web service", obj="web", addr=self.web, allow_hosts="[]")
        if kind == "slow":
            time.sleep(float(detail))
        if kind == "offline":
            for _ in range(30):
                self.say(
                    "eror", "failed to reconnect session", obj="tunnels.session",
                    err="failed to dial ngrok server: dial tcp: lookup connect.ngrok-agent.com: no such host",
                )  # fmt: skip
                time.sleep(2)
        if not self.token():
            kind, detail = "session", "4018"
        if kind == "session":
            self.fail(f"authentication failed: {SESSION_ERRORS[detail]}\\r\\n\\r\\nERR_NGROK_{detail}\\r\\n")
        self.say("info", "client session established", obj="tunnels.session", id="1")
        self.say("info", "tunnel session started", obj="tunnels.session")
        self.obey()

    def obey(self) -> None:  # noqa: C901 - one branch for each word
        """Do what it is told until it is ended."""
        told = self.folder / "told"
        while True:
            time.sleep(0.02)
            if not told.exists():
                continue
            word = told.read_text()
            told.unlink(missing_ok=True)
            match word:
                case "drop":
                    self.edge.online = False
                    self.say("warn", "failed to reconnect session", obj="tunnels.session", err="EOF")
                    self.say(
                        "eror",
                        "failed to reconnect session",
                        err="dial tcp 1.2.3.4:443: connect: network is unreachable",
                    )
                case "restore":
                    self.edge.online = True
                    self.say("info", "client session established", obj="tunnels.session")
                    self.say("info", "tunnel session started", obj="tunnels.session")
                case "change":
                    self.edge.close()
                    upstream, self.edge = self.edge.upstream, Edge()
                    self.edge.open(upstream, self.joined)
                    self.say("info", "started tunnel", obj="tunnels", name="x", url=self.edge.url)
                case "offline":  # and nothing is said of it
                    self.edge.online = False
                case "crash":
                    os._exit(7)
                case "garbage":
                    os.write(1, b"\xff\xfe\xfa" * 100 + b"\n")
                case "flood":
                    for number in range(5000):
                        self.say("info", "join connections", obj="join", id=str(number))

    def joined(self) -> None:
        self.say("info", "join connections", obj="join", id="1", l="127.0.0.1:8400", r="203.0.113.7:1234")

    def serve_api(self) -> str:
        """The API, at the first port that is free from 4040 on."""
        for port in range(4040, 4140):
            with suppress(OSError):
                server = ThreadingHTTPServer(("127.0.0.1", port), api_of(self))
                threading.Thread(target=server.serve_forever, daemon=True).start()
                return f"127.0.0.1:{port}"
        raise AssertionError("no port is free")

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:  # noqa: PLR0911
        """What the API says."""
        kind, _, detail = self.fault.partition(":")
        collection = path.removeprefix("/api/").partition("/")[0]
        newest = collection == "endpoints"
        if collection not in ("endpoints", "tunnels") or (newest and self.version < (3, 30)):
            return 404, {"error_code": 100, "status_code": 404, "msg": "not found"}
        if method == "GET":
            return 200, {collection: [self.endpoint] if self.endpoint else []}
        if method == "DELETE":
            return 204, {}
        self.note(asked=body)
        if kind == "hang":
            time.sleep(30)
        if kind == "500":
            return 500, {"error_code": 100, "status_code": 500, "msg": "internal"}
        if kind == "refuse":
            error = f"failed to start tunnel: {REFUSALS[detail]}\r\n\r\nERR_NGROK_{detail}\r\n"
            return 502, {
                "error_code": 103,
                "status_code": 502,
                "msg": "failed to start tunnel",
                "details": {"err": error},
            }
        known = {"name", "upstream", "url", "traffic_policy", "pooling_enabled"} if newest else {
            "name", "addr", "proto", "domain", "schemes",
        }  # fmt: skip
        if set(body) - known:
            return 400, {"error_code": 102, "status_code": 400, "msg": "invalid tunnel configuration"}
        upstream = body["upstream"]["url"] if newest else body["addr"]
        self.edge.open(upstream, self.joined)
        self.edge.online = kind != "dead"
        self.endpoint = {"name": body["name"], "uri": f"{path}/{body['name']}"}
        if newest:
            self.endpoint |= {"url": self.edge.url, "upstream": {"url": upstream}, "inspect": True}
        else:
            self.endpoint |= {"public_url": self.edge.url, "proto": "http", "config": {"addr": upstream}, "metrics": {}}
        self.say("info", "started tunnel", obj="tunnels", name=body["name"], addr=upstream, url=self.edge.url)
        return 201, self.endpoint


def api_of(agent: Agent) -> type[BaseHTTPRequestHandler]:
    class Api(BaseHTTPRequestHandler):
        def handle_one(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            agent.say("info", "start", pg=self.path, id="1")
            status, said = agent.answer(self.command, self.path, json.loads(self.rfile.read(length) or b"{}"))
            body = json.dumps(said).encode() if status != 204 else b""
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            agent.say("info", "end", pg=self.path, id="1", status=str(status))

        do_GET = do_POST = do_DELETE = handle_one  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            pass

    return Api


class Edge:
    """The public side: each request goes to the upstream with its bytes as they are, and three headers more."""

    def __init__(self) -> None:
        self.online = True
        self.upstream = ""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def open(self, upstream: str, joined: Callable[[], None]) -> None:
        self.upstream = upstream
        threading.Thread(target=self._accept, args=(joined,), daemon=True).start()

    def close(self) -> None:
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self, joined: Callable[[], None]) -> None:
        with suppress(OSError):
            while True:
                client, (peer, _) = self._socket.accept()
                joined()
                threading.Thread(target=self._serve, args=(client, peer), daemon=True).start()

    def _serve(self, client: socket.socket, peer: str) -> None:
        with client, suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                if not (more := client.recv(65536)):
                    return
                data += more
            head, _, begun = data.partition(b"\r\n\r\n")
            if not self.online:
                client.sendall(refusal(404, "ERR_NGROK_3200"))
                return
            host, _, port = self.upstream.rpartition("//")[2].rpartition(":")
            try:
                upstream = socket.create_connection((host.strip("[]"), int(port)))
            except OSError:
                client.sendall(refusal(502, "ERR_NGROK_8012"))
                return
            with upstream:
                upstream.sendall(forwarded(head, peer) + b"\r\n\r\n" + begun)
                threading.Thread(target=pump, args=(client, upstream), daemon=True).start()
                if not pump(upstream, client):
                    client.sendall(refusal(502, "ERR_NGROK_3004"))


def forwarded(head: bytes, peer: str) -> bytes:
    """The head with what ngrok adds: the caller's address last, and the connection closed after one request."""
    first, *lines = head.split(b"\r\n")
    kept, named, forged_host = [], [], False
    for line in lines:
        name = line.partition(b":")[0].strip().lower()
        forged_host = forged_host or name == b"x-forwarded-host"
        if name == b"x-forwarded-for":
            named.append(line.partition(b":")[2].strip())
        elif name not in (b"connection", b"x-forwarded-proto"):
            kept.append(line)
    host = next((line.partition(b":")[2].strip() for line in lines if line.lower().startswith(b"host:")), b"")
    added = [b"X-Forwarded-For: " + b", ".join([*named, peer.encode()]), b"X-Forwarded-Proto: https"]
    added += [] if forged_host else [b"X-Forwarded-Host: " + host]
    return b"\r\n".join([first, *kept, *added, b"Connection: close"])


def pump(source: socket.socket, sink: socket.socket) -> int:
    """Pass bytes on as they come; gives how many there were."""
    passed = 0
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
            passed += len(data)
    return passed


def refusal(status: int, code: str) -> bytes:
    body = f"{code}\r\n".encode()
    head = f"HTTP/1.1 {status} Refused\r\nNgrok-Error-Code: {code}\r\nContent-Length: {len(body)}\r\nConnection: close"
    return f"{head}\r\n\r\n".encode() + body


def quoted(text: str) -> str:
    return text if re.fullmatch(r"[^\s=\"]+", text) else '"' + text.replace('"', '\\"') + '"'


def main(folder: str, version: str, words: list[str]) -> None:
    """The program."""
    agent = Agent(Path(folder), version, words)
    if words == ["--version"]:
        if agent.fault == "stuck":
            time.sleep(60)
        sys.stdout.write({"mute": "", "odd": "what is it?"}.get(agent.fault, f"ngrok version {version}") + "\n")
    elif words == ["update"]:
        agent.note()
        if agent.fault == "readonly":
            sys.exit("ERROR:  failed to replace the binary: permission denied")
        sys.stdout.write("No update available, this is the latest version.\n")
    elif words[:1] == ["start"]:
        agent.start()
    else:
        sys.exit(f"ERROR:  unknown command {words}")
