"""What scripts may rely on: options, exit codes, JSON, and where each word goes."""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from rich.cells import cell_len

from tests.client import ask, request
from tests.net.raw import OK, RawServer, answering
from tests.process import Home, until
from whcli.cli import COMMANDS

SECRET = "whsec_CANARYCANARYCANARYCANARYCANARY"

FILTERS = "--provider --endpoint --event --verdict --status --since --until --search --where"
OPTIONS = {
    "listen": "--port --host --forward-to --public-url --provider --secret --observe --events --max-body --reply"
    " --param --confirm-subscription --offline --tls --tls-cert --tls-key --allow-ip --tunnel --tunnel-option",
    "list": f"{FILTERS} --limit",
    "show": "--body --headers --curl",
    "tail": f"{FILTERS} --limit --no-follow",
    "replay": f"{FILTERS} --limit --to --times --concurrency --set --header --body --resign --original-signature"
    " --secret --param --sign-url --dry-run",
    "forward": f"{FILTERS} --to",
    "send": "--event --provider --secret --data --set --header --count --at --unsigned --tamper --wrong-secret --stale"
    " --retries --param --handshake --sign-url --dry-run",
    "verify": "--provider --secret --header --body --url --method --at --tolerance --param --offline",
    "providers": "",
    "secret": "--provider",
    "index": "",
    "doctor": "",
    "tunnels": "--gaps",
    "tunnel": "",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_an_example_and_every_option(home: Home, command: str):
    text = home.run(command, "--help").text
    assert f"Examples:\n  whcli {command}" in text
    options = set(re.findall(r"--[a-z][a-z-]*", text))
    assert {*OPTIONS[command].split(), "--help"} <= options
    assert command == "tunnel" or "--json" in options  # which does things and shows none


def test_the_help_of_all_names_every_command(home: Home):
    text = home.run("--help").text
    assert all(f"  {command} " in text for command in COMMANDS)
    assert home.run("--version").text.startswith("whcli ")


CODES = {
    "list": 0,
    "tail --no-follow": 0,
    "show last": 0,
    "providers": 0,
    "secret generate": 0,
    "send 1 --event created --dry-run": 0,
    "nonsense": 2,
    "list --nonsense": 2,
    "list --status 7xx": 2,
    "list --since yesterday": 2,
    "list --verdict maybe": 2,
    "list --db": 2,
    "show 1 --body --curl": 2,
    "replay": 2,
    "replay 1 --to nonsense": 2,
    "replay 1 --to 1 --resign": 2,
    "send 1": 2,
    "send 1 --event created --stale soon --secret s": 2,
    "send 1 --event created --secret env:NOT_THERE": 2,
    "verify last": 2,
    "listen --port 70000": 2,
    "listen --max-body much": 2,
    "show 999": 3,
    "show last~99": 3,
    "show evt_nobody": 3,
    "replay 900-999 --to 1": 3,
    "replay --provider stripe --to 1": 3,
    "providers nobody": 3,
    "send 1 --event nonsense": 3,
    "send 1 --provider nobody --event created": 3,
    "verify last --secret s": 4,
    "verify --provider generic --secret s --body x": 4,
    "replay last --to 1": 5,
    "send 1 --event created": 5,
}


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, list[Any]]]:
    """A database with one signed and one unsigned delivery, each passed on; and what the listener said."""
    home = Home(tmp_path_factory.mktemp("commands"))
    home.configure('[endpoints.stripe]\nsecret = "env:CANARY"\n')
    home.environment["CANARY"] = SECRET
    with RawServer(answering(OK)) as app:
        listener = home.listen("--secret", SECRET, "--observe", "--forward-to", app.port)
        home.run("send", "--event", "created", "--secret", "env:CANARY")
        ask(listener.port, request(b"POST", b"/webhook/generic", [(b"X-A", b"1")], b'{"a": 1}'))
        listener.collect(2, lambda said: said["type"] == "attempt")
        assert listener.stop() == 0
    del home.environment["CANARY"]
    home.configure("")
    yield home, listener.said
    home.close()


@pytest.fixture
def stored(heard: tuple[Home, list[Any]]) -> Home:
    """That database."""
    return heard[0]


@pytest.mark.parametrize(("command", "code"), CODES.items(), ids=CODES)
def test_exit_codes(stored: Home, command: str, code: int):
    said = stored.run(*command.split(), code=code)
    assert "Traceback" not in said.stderr
    if code in (2, 3):
        assert said.stdout == b""
        assert any(line.startswith(("whcli: ", "Usage: ")) for line in said.stderr.splitlines())
    if code == 0:
        assert said.stdout


@pytest.mark.parametrize("command", ["tail", "forward --to 1"])
def test_an_interrupted_stream(stored: Home, command: str):
    process = stored.start(*command.split())
    until(lambda: process.lines or "end with" in process.stderr, what="it has begun")
    assert process.stop(signal.SIGINT) == 130
    assert "Traceback" not in process.stderr


DELIVERY = {
    "id", "received_at", "endpoint", "provider", "event_type", "event_id", "handshake", "method", "url", "remote",
    "body_size",
    "body_sha256", "verdict", "duplicate_of", "origin", "status",
}  # fmt: skip
VERDICT = {"outcome", "reason", "cause", "fix", "signed_at", "secret_label"}
ATTEMPT = {
    "id", "delivery_id", "cause", "number", "target", "started_at", "duration_ms", "status", "error", "resigned",
}  # fmt: skip
REQUEST = {"method", "url", "headers", "body_base64"}


def test_the_keys_of_each_object(stored: Home):
    for words in ("list --json", "tail --no-follow --json"):
        for each in stored.run(*words.split()).objects:
            assert set(each) == DELIVERY
            assert set(each["verdict"]) == VERDICT
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", each["received_at"])
    shown = stored.run("show", "last", "--json").objects[0]
    assert set(shown) == DELIVERY | {"headers", "body", "body_base64", "attempts", "verdicts"}
    assert [pair for pair in shown["headers"] if pair[0] == "X-A"] == [["X-A", "1"]]
    more = {"request_headers", "request_body_sha256", "response_headers", "response_body", "response_body_size"}
    assert ATTEMPT | more <= set(shown["attempts"][0])
    assert set(shown["verdicts"][0]) == VERDICT
    for words in ("replay last --to 1 --json", "send 1 --event created --json"):
        assert set(stored.run(*words.split(), code=5).objects[0]) == ATTEMPT
    for words in ("replay last --to 1 --dry-run --json", "send 1 --event created --dry-run --json"):
        assert set(stored.run(*words.split()).objects[0]) == REQUEST
    assert set(stored.run("verify", "last", "--secret", "s", "--json", code=4).objects[0]) == VERDICT


def test_the_stream_of_a_listener(heard: tuple[Home, list[Any]]):
    stored, (ready, *rest) = heard
    assert set(ready) == {"type", "url", "public_url", "db", "pid"}
    assert ready["db"] == str(stored.db)
    keys = {"delivery": DELIVERY, "attempt": ATTEMPT}
    assert [set(each) - {"type"} for each in rest] == [keys[each["type"]] for each in rest]
    assert {each["type"] for each in rest} == set(keys)


VIEWS = [
    "list", "show last", "show last --headers", "tail --no-follow", "providers", "providers stripe",
    "replay last --to 1", "verify last --secret s", "send 1 --event created --dry-run", "send 1 --event created",
    "--help", *(f"{name} --help" for name in COMMANDS),
]  # fmt: skip
SGR = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_is_never_too_narrow(stored: Home, columns: int):
    for command in VIEWS:
        shown = SGR.sub("", stored.look(*command.split(), columns=columns)).replace("\r\n", "\n")
        assert "\x1b" not in shown, command
        assert "\r" not in shown, command
        for line in shown.split("\n"):
            assert cell_len(line) <= columns, (command, line)


def test_colour_is_for_terminals_that_want_it(stored: Home):
    for command in ("list", "show last", "tail --no-follow", "providers", "--help", "list --help"):
        assert "\x1b" not in stored.look(*command.split(), columns=80, more={"NO_COLOR": "1"}), command
        assert b"\x1b" not in stored.run(*command.split()).stdout, command
    assert "\x1b[" in stored.look("list", columns=80)
    assert "\x1b[" not in stored.look("list", columns=80, more={"CI": "true"})


def test_a_secret_is_never_told(stored: Home):
    stored.configure(f'[endpoints.generic]\nsecret = ["{SECRET}", "env:CANARY"]\n')
    more = {"CANARY": SECRET}
    commands = [
        "list", "list --json", "show 1", "show 1 --json", "show 1 --headers", "show 1 --curl", "tail --no-follow",
        f"verify 1 --secret {SECRET}", "verify 1 --secret env:CANARY --json", "verify last --json", "providers generic",
        "replay 1 --to 1 --resign", f"replay 1 --to 1 --resign --secret {SECRET} --json",
        "replay 1 --to 1 --resign --dry-run", "send 1 --event created",
        f"send 1 --event created --secret {SECRET} --json --tamper",
        "send 1 --event created --dry-run", "--debug send 1 --event nonsense",
        f"send 1 --provider standard-webhooks --event contact.created --secret {SECRET}!",
        f"--debug send 1 --provider sendgrid --event delivered --secret {SECRET}", "--debug replay 1 --to 1 --resign",
        f"listen --port 70000 --secret {SECRET}",
        f"--debug listen --provider standard-webhooks --secret {SECRET}! --port 0",
    ]  # fmt: skip
    for command in commands:
        said = stored.run(*command.split(), code=None, more=more)
        assert "CANARY" not in (said.text + said.stderr).replace("env:CANARY", ""), command
    stored.configure("")
    assert b"CANARY" not in b"".join(path.read_bytes() for path in stored.db.parent.iterdir()).replace(
        b"env:CANARY", b""
    )


def test_a_provider_unknown_in_the_settings_is_told_before_anything_is_received(home: Home):
    home.configure('[endpoints.shop]\nprovider = "strpe"\n')
    said = home.run("listen", "--port", "0", code=2).stderr
    assert "line 2: [endpoints.shop] there is no provider named strpe" in said
    assert "did you mean stripe" in said
