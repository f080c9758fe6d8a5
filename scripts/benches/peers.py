"""Other receivers of webhooks, which keep nothing: each under the same load as `whcli listen`, which keeps all."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import tempfile
import venv
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benches import load, processes
from benches.measure import Goal, Setting, in_turns, ratios

PACKAGES = ("fastapi", "uvicorn[standard]", "flask", "gunicorn", "mitmproxy")
CONNECTIONS = 32
AHEAD = Goal(1, at_least=True)

FASTAPI = """
from fastapi import FastAPI, Request
app = FastAPI()
deliveries = []
@app.post("/webhook/github")
async def receive(request: Request):
    deliveries.append(await request.body())
    return {"status": "accepted"}
@app.get("/health")
def health():
    return {}
"""
FLASK = """
from flask import Flask, request
app = Flask(__name__)
deliveries = []
@app.post("/webhook/github")
def receive():
    deliveries.append(request.get_data())
    return {"status": "accepted"}
"""
HOOKS = [{"id": "github", "execute-command": "/bin/true"}]


def run(setting: Setting) -> None:
    """Each that is installed; the others are named with the command that installs them."""
    python = setting.peers_python
    programs: dict[str, list[str]] = {}
    folder = setting.folder / "peers"
    folder.mkdir(exist_ok=True)
    (folder / "fastapi_app.py").write_text(FASTAPI)
    (folder / "flask_app.py").write_text(FLASK)
    (folder / "hooks.json").write_text(json.dumps(HOOKS))
    report = setting.report
    if python is None:
        report.note("left out: FastAPI, gunicorn+Flask, mitmdump (scripts/bench --setup-peers, or --peers-python PATH)")
    else:
        app = ["--app-dir", str(folder), "fastapi_app:app"]
        quiet = ["--no-access-log", "--log-level", "error", "--port", "{port}"]
        programs["FastAPI on uvicorn, a list"] = [str(python), "-m", "uvicorn", *app, *quiet]
        flask = ["--chdir", str(folder), "--workers", "2", "--threads", "8", "--bind", "127.0.0.1:{port}"]
        programs["Flask on gunicorn, 2 workers of 8 threads"] = [str(python), "-m", "gunicorn", *flask, "flask_app:app"]
    mitmdump = _mitmdump(python)
    if mitmdump:
        to_target = ["-q", "--listen-host", "127.0.0.1", "--listen-port", "{port}", "--mode", "reverse:{target}"]
        programs["mitmdump before a bare target"] = [mitmdump, *to_target]
    elif python is not None:
        report.note(f"left out: mitmdump ({python} -m pip install mitmproxy)")
    if webhook := shutil.which("webhook"):
        hooks = ["-hooks", str(folder / "hooks.json"), "-ip", "127.0.0.1", "-port", "{port}", "-urlprefix", "webhook"]
        programs["webhook running /bin/true"] = [webhook, *hooks]
    else:
        report.note("left out: adnanh's webhook (apt install webhook, or go install github.com/adnanh/webhook@latest)")
    _compare(setting, programs)
    shutil.rmtree(folder)


def _compare(setting: Setting, programs: dict[str, list[str]]) -> None:
    report = setting.report
    db = setting.folder / "peers.db"
    with processes.listening(db) as ours, processes.bare() as target:

        def loaded(server: processes.Process) -> load.Load:
            load.put(server.port, connections=CONNECTIONS, seconds=1, secret=processes.SECRET)
            return load.put(server.port, connections=CONNECTIONS, seconds=setting.seconds, secret=processes.SECRET)

        def started(words: list[str]) -> load.Load:
            with _running(words, target.url) as server:
                return loaded(server)

        sides = {"whcli": partial(loaded, ours)}
        for name, words in programs.items():
            sides[name] = partial(started, words)
        found = in_turns(setting.rounds, sides)
    rates = {name: [each.rate for each in rounds] for name, rounds in found.items()}
    ours_rates = rates.pop("whcli")
    report.figure("whcli listen, durable and verifying", ours_rates, unit="req/s")
    for name, theirs in rates.items():
        report.figure(name, theirs, unit="req/s")
        if bad := sum(each.bad for each in found[name]):
            report.note(f"    {bad} of its answers were no 2xx, or none")
        report.figure(f"  whcli over {name.split(',')[0]}", ratios(ours_rates, theirs), unit="x", goal=AHEAD)
    processes.remove(db)


@contextlib.contextmanager
def _running(words: list[str], target: str) -> Iterator[processes.Process]:
    port = processes.free_port()
    with processes.Process([word.format(port=port, target=target) for word in words], port=port) as process:
        yield process.wait_until_ready()


def _mitmdump(python: Path | None) -> str | None:
    beside = python.with_name("mitmdump") if python else None
    return str(beside) if beside and beside.exists() else shutil.which("mitmdump")


def made() -> Path | None:
    """The Python that an earlier `set_up` has made."""
    python = _folder() / "bin" / "python"
    return python if python.exists() else None


def set_up() -> str:
    """Make a Python with the peers in a temporary folder; gives the option that names it."""
    venv.create(_folder(), with_pip=True)
    subprocess.run([_folder() / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
    return f"--peers-python {made()}"


def _folder() -> Path:
    return Path(tempfile.gettempdir(), "whcli-bench-peers")
