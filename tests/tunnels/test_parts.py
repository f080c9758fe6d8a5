"""What tunnels are made of: options as data, children that end, orphans that are found, words without tokens."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.process import until
from tests.tunnels.ngrok_standin import SECRET
from whcli import tunnels
from whcli.errors import TunnelError, UsageError
from whcli.http import Headers, Response
from whcli.tunnels import Place, ngrok_errors, orphans
from whcli.tunnels.child import LINE, LINES, Child


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(dict(os.environ), tmp_path, tmp_path / "state" / "whcli")


def alive(pid: int) -> bool:
    return orphans.identity(pid) is not None


# Kinds and options


@pytest.mark.parametrize("name", tunnels.TUNNELS)
def test_every_kind_is_what_its_name_says(name: str):
    kind = tunnels.get(name)
    assert kind.name == name
    assert kind.docs.startswith("https://")
    assert kind.title
    assert kind.needs
    values = tunnels.read_options(kind, {})
    assert values["check"] == kind.check_seconds >= 1
    assert set(values) == {option.name for option in tunnels.options_of(kind)}


@pytest.mark.parametrize("name", tunnels.TUNNELS)
def test_an_option_that_a_kind_does_not_have_is_an_error_that_lists_those_it_has(name: str):
    kind = tunnels.get(name)
    with pytest.raises(UsageError) as error:
        tunnels.read_options(kind, {"colour": "red"})
    assert all(option.name in str(error.value.hint) for option in tunnels.options_of(kind))


def test_a_url_names_the_kind_by_its_scheme():
    kind, given = tunnels.find("ssh://me@example.com:2222")
    assert (kind.name, given) == ("ssh", {"to": "ssh://me@example.com:2222"})


@pytest.mark.parametrize("named", ["", "nope", "https://x", "ngrok "])
def test_a_kind_that_there_is_not_is_an_error_that_lists_those_there_are(named: str):
    with pytest.raises(UsageError) as error:
        tunnels.find(named)
    assert "ngrok" in str(error.value.hint)


@pytest.mark.parametrize("span", ["0s", "soon", "-1s"])
def test_a_check_that_would_never_end_is_refused(span: str):
    with pytest.raises(UsageError):
        tunnels.read_options(tunnels.get("ngrok"), {"check": span})


# Children


def child(place: Place, script: str, *, then: Any) -> Any:
    """Run a Python script as a child and do something with it."""

    async def run() -> Any:
        process = await Child.start([sys.executable, "-c", script], name="given", place=place)
        try:
            async with asyncio.timeout(20):
                return await then(process)
        finally:
            await process.end()

    return asyncio.run(run())


def test_a_child_is_heard_on_both_streams_and_hears_nothing(place: Place):
    async def lines(process: Child) -> list[str]:
        return [line async for line in process.lines()]

    script = "import sys; print(repr(sys.stdin.read()), flush=True); print('b', file=sys.stderr)"
    assert child(place, script, then=lines) == ["''", "b"]


def test_a_child_that_says_too_much_waits_for_nobody(place: Place):
    async def last(process: Child) -> list[str]:
        assert await process.ended() == 0
        return [line async for line in process.lines()]

    script = "import sys\nfor n in range(100_000): print('x' * 50, n)\nsys.stdout.write('y' * 5_000_000)"
    heard = child(place, script, then=last)
    assert len(heard) <= LINES
    assert max(map(len, heard)) <= LINE


def test_a_child_that_will_not_end_is_ended_with_its_own_children(place: Place):
    script = (
        "import signal, subprocess, sys, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print(subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']).pid, flush=True)\ntime.sleep(60)"
    )

    async def first(process: Child) -> tuple[int, int]:
        async for line in process.lines():
            return process.pid, int(line)
        raise AssertionError("it said nothing")

    began = time.monotonic()
    pids = child(place, script, then=first)
    until(lambda: not any(map(alive, pids)), what="the end of both")
    assert time.monotonic() - began < 10
    assert list((place.state / "processes").iterdir()) == []


def test_a_program_that_is_not_there_is_named(place: Place):
    async def run() -> None:
        await Child.start(["no-such-program"], name="given", place=place)

    with pytest.raises(TunnelError, match="no-such-program cannot be run"):
        asyncio.run(run())


# Orphans


LEAVE = (
    "import subprocess, sys\nfrom pathlib import Path\nfrom whcli.tunnels import orphans\nnull = subprocess.DEVNULL\n"
    "p = subprocess.Popen(['sleep', '60'], start_new_session=True, stdout=null, stderr=null)\n"
    "orphans.remember(Path(sys.argv[1]), p.pid, name='given')\nprint(p.pid)"
)


def left_behind(place: Place) -> int:
    """A process whose starter is gone."""
    done = subprocess.run([sys.executable, "-c", LEAVE, place.state], capture_output=True, check=True, text=True)
    return int(done.stdout)


def test_an_orphan_is_found_and_ended(place: Place):
    pid = left_behind(place)
    assert orphans.find(place.state) == [orphans.Orphan(pid, "given")]
    assert orphans.end(place.state, orphans.Orphan(pid, "given"), seconds=5)
    assert not alive(pid)
    assert orphans.find(place.state) == []


def test_a_process_that_becomes_another_program_is_the_one_that_was_remembered():
    process = subprocess.Popen(["sh", "-c", "read line; exec sleep 60"], stdin=subprocess.PIPE)
    before = orphans.identity(process.pid)
    assert process.stdin is not None
    process.stdin.close()
    until(lambda: b"sleep" in Path(f"/proc/{process.pid}/cmdline").read_bytes()[:5], what="the other program")
    assert orphans.identity(process.pid) == before is not None
    process.kill()
    process.wait()


def test_a_process_whose_starter_lives_is_no_orphan(place: Place):
    process = subprocess.Popen(["sleep", "60"], start_new_session=True)
    orphans.remember(place.state, process.pid, name="given")
    assert orphans.find(place.state) == []
    orphans.end_ours(place.state)
    assert process.wait(5) == -9


def test_another_process_that_has_the_number_now_is_left_alone(place: Place):
    pid = left_behind(place)
    file = place.state / "processes" / f"{pid}.json"
    other = subprocess.Popen(["sleep", "61"])
    file.rename(file.with_name(f"{other.pid}.json"))
    assert orphans.find(place.state) == []
    assert not file.exists()
    assert other.poll() is None
    other.kill()
    other.wait()
    os.kill(pid, 9)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"owner": 1}', '{"owner": "x", "identity": 1}', "\0"])
def test_what_is_no_note_of_ours_is_passed_over(place: Place, text: str):
    folder = orphans.private(place.state) / "processes"
    folder.mkdir()
    (folder / "12.json").write_text(text)
    (folder / "x.json").write_text(text)
    assert orphans.find(place.state) == []
    orphans.end_ours(place.state)


def test_what_is_remembered_is_for_the_user_alone(place: Place):
    orphans.remember(place.state, os.getpid(), name="given")
    modes = {file: file.stat().st_mode & 0o077 for file in [place.state, *place.state.rglob("*")]}
    assert set(modes.values()) == {0}


# ngrok's words


@pytest.mark.parametrize(
    "text",
    [
        f"Your authtoken: {SECRET}\\r\\n",
        f"authtoken={SECRET}",
        f'{{"authtoken": "{SECRET}"}}',
        f"ngrok start --authtoken {SECRET}",
        f"what is {SECRET}?",
    ],
)
def test_a_token_is_never_quoted(text: str):
    assert SECRET not in ngrok_errors.redacted(text)
    assert SECRET not in ngrok_errors.explained(text).message


@pytest.mark.parametrize("code", ngrok_errors.CODES)
def test_each_code_that_is_known_has_a_cause_a_remedy_and_itself(code: str):
    error = ngrok_errors.explained(f"failed: whatever.\\r\\n\\r\\nERR_NGROK_{code}\\r\\n")
    assert error.slug == f"ERR_NGROK_{code}"
    assert error.message.endswith(f"(ERR_NGROK_{code})")
    assert error.hint


@pytest.mark.parametrize(("part", "cause", "remedy"), ngrok_errors.WORDS)
def test_what_is_said_without_a_code_is_known_by_a_part_of_it(part: str, cause: str, remedy: str):
    error = ngrok_errors.explained(f"Some {part.upper()} thing")
    assert (error.message, error.hint, error.slug) == (cause, remedy, None)


@given(st.text())
def test_whatever_ngrok_says_is_one_line_of_some_length(text: str):
    error = ngrok_errors.explained(text)
    assert len(error.message) < 300
    assert "\n" not in error.message
    assert error.hint


@given(st.binary())
def test_an_answer_of_its_servers_is_told_from_others(code: bytes):
    assert ngrok_errors.of_answer(Response(404, Headers())) is None
    ngrok_errors.of_answer(Response(404, Headers([(b"Ngrok-Error-Code", code)])))


@given(
    st.text()
    | st.sampled_from(['{"details":{"err":"E"}}', '{"msg":"m","status_code":5}', "[1]", '{"details":1}', "null"])
)
def test_the_reason_in_an_answer_of_its_api_is_found_or_all_of_it(body: str):
    assert isinstance(ngrok_errors.details(body), str)
