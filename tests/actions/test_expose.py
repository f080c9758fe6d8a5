"""A tunnel kept open: what is told of it, and what is done when it is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from whcli.actions.door import Door
from whcli.actions.expose import Exposure, Pace
from whcli.actions.probe import Finding, Prober
from whcli.errors import SendError, TunnelError
from whcli.http import Headers, Request, Response
from whcli.model import TunnelState
from whcli.tunnels import TunnelEvent, TunnelInfo

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://x.example"
PACE = Pace(check=0.05, ready=0.05, retry=0.01, slowest=0.05, patience=0.1, tick=0.01, slept=5.0)
GONE = Finding("it does not lead here")
UNTRIED = Finding("the name of the public URL is not known here", tried=False)


class Given:
    """A tunnel that does what it is told, and the world around it."""

    def __init__(self, *, opens: list[Any] | None = None, findings: list[Finding] | None = None) -> None:
        self.opens = opens or []
        self.findings = findings or []
        self.events: asyncio.Queue[TunnelEvent | None] = asyncio.Queue()
        self.opened = self.closed = 0
        self.told: list[TunnelState] = []
        self.led: list[str] = []
        self.asleep = 0.0
        self.heard = 0.0
        self.probes = 0

    async def open(self, local: str) -> TunnelInfo:
        assert local == "http://127.0.0.1:1"
        self.opened += 1
        what = self.opens.pop(0) if self.opens else URL
        if isinstance(what, TunnelError):
            raise what
        return TunnelInfo(what, 42)

    async def watch(self) -> AsyncIterator[TunnelEvent]:
        while (event := await self.events.get()) is not None:
            yield event

    async def close(self) -> None:
        self.closed += 1

    async def probe(self, url: str) -> Finding:
        assert url == self.led[-1]
        self.probes += 1
        return self.findings.pop(0) if self.findings else Finding()

    def exposure(self, pace: Pace = PACE) -> Exposure:
        began = asyncio.get_running_loop().time()
        return Exposure(
            self,
            name="given",
            local="http://127.0.0.1:1",
            probe=self.probe,
            leads=lambda url, _: self.led.append(url),
            changed=self.told.append,
            heard=lambda: self.heard,
            clock=lambda: START + timedelta(seconds=asyncio.get_running_loop().time() - began + self.asleep),
            uptime=lambda: asyncio.get_running_loop().time() + self.asleep,
            pace=pace,
        )

    @property
    def states(self) -> list[tuple[str, str | None]]:
        return [(state.state, state.reason) for state in self.told]


def run(given: Given, scene: Callable[[], Awaitable[None]], *, pace: Pace = PACE) -> None:
    """Open the tunnel, watch it, play a scene, and close it."""

    async def play() -> None:
        exposure = given.exposure(pace)
        await exposure.start()
        watching = asyncio.create_task(exposure.run())
        await scene()
        assert not watching.done()
        watching.cancel()
        await asyncio.wait([watching])
        await exposure.close()

    asyncio.run(play())


async def told(given: Given, state: str, *, times: int = 1) -> TunnelState:
    """Wait until a state has been told so often."""
    async with asyncio.timeout(5):
        while len(found := [each for each in given.told if each.state == state]) < times:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    return found[-1]


def test_a_tunnel_is_up_once_a_probe_came_through():
    given = Given(findings=[GONE, GONE])
    run(given, lambda: told(given, "up"))
    assert given.states == [("opening", None), ("up", None), ("closed", None)]
    assert given.told[1].checked is True


def test_one_that_cannot_be_probed_from_here_is_up_with_the_reason():
    given = Given(findings=[UNTRIED] * 1000)
    run(given, lambda: asyncio.sleep(0.2))
    assert given.states[1:-1] == [("up", f"not checked: {UNTRIED.reason}")]
    assert given.told[1].checked is False


def test_one_that_does_not_lead_here_is_down_from_the_beginning():
    given = Given(findings=[GONE] * 1000)
    run(given, lambda: told(given, "down"))
    assert given.states[1] == ("down", GONE.reason)


def test_one_probe_that_fails_is_repeated_before_anything_is_told():
    given = Given()

    async def scene() -> None:
        given.findings = [GONE]
        await asyncio.sleep(0.3)

    run(given, scene)
    assert given.states == [("opening", None), ("up", None), ("closed", None)]


def test_what_was_proved_once_is_down_when_it_cannot_be_called_any_more():
    given = Given()

    async def scene() -> None:
        given.findings = [UNTRIED] * 3
        down = await told(given, "down")
        assert (await told(given, "up", times=2)).down_since == down.at

    run(given, scene)


def test_a_gap_is_told_once_with_its_first_reason():
    given = Given()

    async def scene() -> None:
        given.findings = [GONE] * 4
        given.events.put_nowait(TunnelEvent("down", "the session broke off"))
        given.events.put_nowait(TunnelEvent("down", "there is no network"))
        await told(given, "up", times=2)

    run(given, scene)
    assert given.states[2:4] == [("down", "the session broke off"), ("up", None)]


def test_one_that_is_gone_is_opened_again_and_again():
    given = Given()

    async def scene() -> None:
        given.opens = [TunnelError("no", slug="ERR_1"), TunnelError("no", slug="ERR_1"), "https://y.example"]
        given.events.put_nowait(TunnelEvent("down", "it ended"))
        given.events.put_nowait(None)
        up = await told(given, "up", times=2)
        assert up.public_url == "https://y.example"

    run(given, scene)
    assert given.states[2:5] == [("down", "it ended"), ("down", "no (ERR_1)"), ("up", None)]
    assert given.led == [URL, "https://y.example"]


def test_one_that_ends_without_a_word_is_told_as_down():
    given = Given()

    async def scene() -> None:
        given.events.put_nowait(None)
        await told(given, "up", times=2)

    run(given, scene)
    assert given.states[2:4] == [("down", "it ended without a word"), ("up", None)]


def test_one_that_stays_down_is_closed_and_opened_anew():
    given = Given()

    async def scene() -> None:
        given.findings = [GONE] * 12
        await told(given, "up", times=2)

    run(given, scene)
    assert given.opened >= 2
    assert given.closed == given.opened


def test_a_url_that_changed_is_led_by_and_told_when_it_is_proved():
    given = Given()

    async def scene() -> None:
        given.events.put_nowait(TunnelEvent("up", public_url="https://z.example"))
        assert (await told(given, "up", times=2)).public_url == "https://z.example"

    run(given, scene)
    assert given.led == [URL, "https://z.example"]
    assert given.told[2].down_since is None


def test_sleep_is_a_gap_that_began_when_the_computer_fell_asleep():
    given = Given()

    async def scene() -> None:
        await asyncio.sleep(0.05)
        given.asleep = 3600
        up = await told(given, "up", times=2)
        assert up.down_since is not None
        assert timedelta(minutes=59) < up.at - up.down_since < timedelta(minutes=61)

    run(given, scene)
    assert ("down", "this computer slept") in given.states


def test_what_comes_through_spares_a_probe():
    given = Given()

    async def scene() -> None:
        before = given.probes
        for _ in range(20):
            given.heard = asyncio.get_running_loop().time()
            await asyncio.sleep(0.01)
        assert given.probes - before <= 1

    run(given, scene, pace=PACE._replace(check=0.1))


def test_an_error_of_opening_is_raised_and_nothing_is_told_but_that_it_closed():
    given = Given(opens=[TunnelError("no", hint="do this")])
    with pytest.raises(TunnelError, match="no"):
        run(given, lambda: told(given, "up"))


# Probes


def prober(door: Door, send: Callable[[Request, timedelta], Awaitable[Response]]) -> Prober:
    return Prober(
        door,
        send=send,
        token=lambda: "token",
        explain=lambda response: TunnelError("known", slug="E1") if response.status == 404 else None,
    )


def asked(door: Door, request: Request) -> Response:
    """What a listener with this door answers."""
    answers: list[Response] = []
    door(request, "127.0.0.1", answers.append)
    return answers[0]


def test_a_probe_ends_at_the_door_and_is_good_once():
    reached: list[Request] = []
    door = Door(lambda request, _, answer: (reached.append(request), answer(Response(200)))[1])
    sent: list[Request] = []

    async def send(request: Request, _: timedelta) -> Response:
        sent.append(request)
        return asked(door, request)

    assert asyncio.run(prober(door, send)("https://x.example")) == Finding()
    assert sent[0].url == "https://x.example/health"
    assert reached == []
    asked(door, sent[0])
    assert reached == sent


@pytest.mark.parametrize(
    ("answer", "finding"),
    [
        (Response(404), Finding("known (E1)", None, "E1")),
        (
            Response(200, body=b"token"),
            Finding("the public URL answers with 200, but it does not lead here", "see what else has that URL"),
        ),
    ],
)
def test_an_answer_of_someone_else_is_no_proof(answer: Response, finding: Finding):
    async def send(*_: object) -> Response:
        return answer

    assert asyncio.run(prober(Door(lambda *_: None), send)("https://x.example")) == finding


@pytest.mark.parametrize(
    ("slug", "tried"), [("dns", False), ("connection_refused", False), ("timeout", True), ("reset", True)]
)
def test_an_error_of_sending_says_whether_the_tunnel_was_reached(slug: str, tried: bool):
    async def send(*_: object) -> Response:
        raise SendError(slug, "so")

    finding = asyncio.run(prober(Door(lambda *_: None), send)("https://x.example"))
    assert finding.reason
    assert finding.tried is tried


@pytest.mark.parametrize(
    ("values", "remote"),
    [
        ([], None),
        ([b"203.0.113.7"], "203.0.113.7"),
        ([b"10.0.0.1, 203.0.113.7"], "203.0.113.7"),
        ([b"10.0.0.1", b"2001:db8::7"], "2001:db8::7"),
        ([b"\xff"], None),
        ([b"x" * 50], None),
        ([b""], None),
    ],
)
def test_who_called_by_a_tunnel_is_the_last_that_its_header_names(values: list[bytes], remote: str | None):
    found: list[str | None] = []
    door = Door(lambda _, remote, __: found.append(remote))
    door.caller = b"x-forwarded-for"
    request = Request("POST", "/", Headers([(b"X-Forwarded-For", value) for value in values]))
    door(request, None, lambda _: None)
    door(request, "127.0.0.1", lambda _: None)
    assert found == [remote, "127.0.0.1"]
