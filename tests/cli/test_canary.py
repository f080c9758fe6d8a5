"""A secret is told by no command, in no format, and is in no file but the one that the user wrote it to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.client import ask, request
from tests.net.raw import OK, RawServer, answering
from tests.process import Home, until
from whcli.cli import COMMANDS

CANARY = "c4n4ry-8d1f7a"
SWEPT = {
    "listen": [f"listen --port 70000 --secret {CANARY}", f"listen --provider sendgrid --secret {CANARY} --port 0"],
    "list": ["list", "list --json", "list --search id"],
    "show": ["show 1", "show 1 --json", "show 1 --headers", "show 1 --curl", "show 1 --body"],
    "tail": ["tail --no-follow", "tail --no-follow --json"],
    "replay": [
        "replay 1", "replay 1 --json", "replay 1 --dry-run", "replay 1 --dry-run --json --resign",
        "replay 1 --to http://user:{}@127.0.0.1:1", "replay 1 --to http://user:{}@127.0.0.1:1 --json",
        "replay 1 --to http://user:{}@10.0.0.1", "replay 1 --to http://user:{}@127.0.0.1:x",
        "replay 1 --to http://user:{}@nobody.invalid/", "replay 1 --resign --secret {} --sign-url http://u:{}@h/",
    ],
    "forward": ["forward --to http://user:{}@127.0.0.1:x", "forward --to ftp://user:{}@h"],
    "send": [
        "send 1 --event created --secret {}", "send 1 --event created --secret {} --json",
        "send 1 --event created --dry-run --json", "send 1 --event nonsense", "send --event created --wrong-secret",
        "send http://user:{}@127.0.0.1:1 --event created", "send http://user:{}@127.0.0.1:1 --event created --dry-run",
        "send 1 --provider sendgrid --event delivered --secret {}",
    ],
    "verify": [
        "verify 1", "verify 1 --json", "verify 1 --secret {}", "verify 1 --secret {}! --json",
        "verify 1 --provider sendgrid --secret {}", "verify 1 --provider stripe --secret {}",
    ],
    "providers": ["providers", "providers generic", "providers generic --json"],
    "secret": ["secret generate", "secret generate --provider stripe"],
    "tunnels": ["tunnels", "tunnels --json", "tunnels --gaps", "tunnels ngrok"],
    "tunnel": ["tunnel login nobody", "tunnel end 1 2"],
    "index": ["index", "index --json"],
    "doctor": ["doctor", "doctor --json"],
}  # fmt: skip
"""What each command is asked; `{}` is the secret."""


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home in which the secret is known by every means, after a listener has made use of it."""
    home = Home(tmp_path_factory.mktemp("canary"))
    with RawServer(answering(OK)) as app:
        (home.folder / "secret").write_text(CANARY, "utf-8")
        home.environment |= {"SHOP_SECRET": CANARY, "NGROK_AUTHTOKEN": CANARY}
        home.configure(
            f'forward_to = "http://user:{CANARY}@127.0.0.1:{app.port}/in"\n'
            f'[endpoints.generic]\nsecret = ["{CANARY}", "env:SHOP_SECRET", "file:secret"]\n'
        )
        listener = home.listen()
        assert home.run("send", "--event", "created").code == 0
        assert ask(listener.port, request(b"POST", b"/webhook/generic", body=b"{}")).status == 401
        assert listener.find(lambda said: said["type"] == "attempt")["status"] == 200
        assert b"Authorization: Basic" in app.requests[0]
        assert listener.stop() == 0
        looked = home.watch("listen", "--port", "0", columns=200)
        until(lambda: any(b"try" in line for line in looked.lines), what="the ready block")
        home.run("send", "--event", "created")
        until(lambda: any(b"#3" in line for line in looked.lines), what="the line of a delivery")
        assert looked.stop() == 0
        heard = b"".join(listener.lines + looked.lines) + (listener.stderr + looked.stderr).encode()
        home.close()
        assert CANARY.encode() not in heard
    return home


def test_every_command_is_swept():
    assert SWEPT.keys() == COMMANDS.keys()


@pytest.mark.parametrize("command", SWEPT)
def test_no_command_tells_it(known: Home, command: str):
    for words in SWEPT[command]:
        asked = words.replace("{}", CANARY).split()
        said = known.run("--debug", *asked, code=None)
        assert CANARY not in said.text + said.stderr + known.look(*asked, columns=100), words


def test_no_file_keeps_it(known: Home):
    def holds(path: Path) -> bool:
        return path.is_file() and CANARY.encode() in path.read_bytes()

    assert sorted(path.name for path in known.folder.rglob("*") if holds(path)) == ["secret", "whcli.toml"]
