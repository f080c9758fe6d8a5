"""Keys from afar: what may be called at all, how often, and what is kept of the answer."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from threading import Barrier, Lock

import pytest

from tests.net.raw import RawServer, answering
from whcli.errors import SendError
from whcli.http import Headers, Request, Response
from whcli.model import Target
from whcli.net.address import allowed
from whcli.net.keys import KEPT, LARGEST, MOST_FETCHES, MOST_KEPT, Keys
from whcli.net.sender import Sender
from whcli.outgoing import prepare
from whcli.signing.hosts import host_of, trusted
from whcli.signing.params import KeySource

START = datetime(2024, 1, 1, tzinfo=UTC)
URL = "https://sns.us-east-1.amazonaws.com/SimpleNotificationService-0123456789abcdef.pem"
SOURCE = KeySource(URL, "certificate")
SNS = r"sns\.[a-z0-9-]{3,}\.amazonaws\.com(\.cn)?"
PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"


def ok(text: str | bytes) -> Response:
    body = text if isinstance(text, bytes) else text.encode()
    return Response(200, Headers(), body, len(body))


class World:
    """A clock that is set, and a network that counts what is asked of it."""

    def __init__(self, answer: Response | SendError | None = None) -> None:
        self.now = START
        self.answer = answer or ok(PEM)
        self.asked: list[Request] = []
        self._lock = Lock()

    def clock(self) -> datetime:
        return self.now

    def fetch(self, request: Request) -> Response:
        with self._lock:
            self.asked.append(request)
        if isinstance(self.answer, SendError):
            raise self.answer
        return self.answer

    def keys(self, folder: Path | None = None, *, offline: bool = False) -> Keys:
        return Keys(folder, clock=self.clock, fetch=self.fetch, offline=offline)


def test_a_key_is_fetched_once_and_kept_for_a_day():
    world = World()
    keys = world.keys()
    assert keys.held(SOURCE) is None
    assert [keys.get(SOURCE) for _ in range(3)] == [PEM] * 3
    assert keys.held(SOURCE) == PEM
    (request,) = world.asked
    assert (request.method, request.url, request.body) == ("GET", URL, b"")
    assert request.headers.first(b"host") == b"sns.us-east-1.amazonaws.com"
    assert not {b"authorization", b"cookie"} & {name.lower() for name, _ in request.headers}
    world.now += KEPT
    assert keys.get(SOURCE) == PEM
    assert len(world.asked) == 1
    world.now += timedelta(seconds=1)
    world.answer = ok(PEM + "\n")
    assert keys.get(SOURCE) == PEM + "\n"
    assert len(world.asked) == 2


def hostile() -> Iterator[str]:
    """URLs by which programs were led elsewhere: schemes, users, ports, hosts, spellings and paths, crossed."""
    good = "sns.us-east-1.amazonaws.com"
    hosts = [
        good,
        good + ".evil.example",
        good + "@evil.example",
        "user:pw@" + good,
        "evil.example#" + good,
        "evil.example?" + good,
        "evil.example\\@" + good,
        good + ":443",
        good + ":8443",
        good + ":",
        good + ".",
        good.upper(),
        "sns.evil.example/.amazonaws.com",
        "sns.us-east-1.amazonaws.com%2eevil.example",
        "sns.us-east-1.amazonaws.com\u3002evil.example",
        "ｓns.us-east-1.amazonaws.com",
        "s3.amazonaws.com/" + good,
        "sns.x.amazonaws.com",
        "sns..amazonaws.com",
        "xsns.us-east-1.amazonaws.com",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "localhost",
        "",
    ]
    paths = [
        "/a.pem",
        "",
        "/../a.pem",
        "//evil.example/a.pem",
        "/a.pem#x",
        "/a pem",
        "/a.pem\r\nX: y",
        "/%2e%2e/a",
        "\t/a",
    ]
    for scheme, host, path in product(("https://", "http://", "file://", "HTTPS://", " https://"), hosts, paths):
        if (scheme, host, path) != ("https://", good, "/a.pem"):
            yield scheme + host + path
    yield from (
        "",
        "https:",
        "https:/" + good,
        "//" + good,
        "javascript:1",
        "data:text/plain,x",
        "https://" + "a." * 9000,
    )


HOSTILE = list(hostile())


def test_no_hostile_url_is_trusted_and_none_opens_a_socket():
    world = World()
    keys = world.keys()
    assert len(HOSTILE) > 1000
    for url in HOSTILE:
        assert not trusted(url, SNS), url
        if host_of(url) is None:
            assert keys.get(KeySource(url, "certificate")) is None
    assert world.asked == []
    assert trusted(URL, SNS)
    assert trusted("https://sns.cn-north-1.amazonaws.com.cn/x.pem", SNS)
    assert trusted("https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=ab%2F", SNS)
    query = (
        "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:eu-west-1:1:T&Token=2f"
    )
    assert trusted(query, SNS)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/a.pem",
        "https://1.2.3.4/a.pem",
        "https://host.1/a.pem",
        "https://localhost/a.pem",
        "https://a.example",
        "http://a.example/a",
        "https://a.example:443/a",
        "https://u@a.example/a",
        "https://a.example/a#b",
        "https://A.example/a",
        "https://a.example/a\n",
        "https://a.example/..",
        "https://a.example/./a",
        "https://a.example//a",
        "https://a_b.example/a",
        "https://a.example/é",
    ],
)
def test_what_is_not_in_the_grammar_is_not_called(url: str):
    world = World()
    assert world.keys().get(KeySource(url, "certificate")) is None
    assert world.asked == []


@pytest.mark.parametrize(
    "answer",
    [
        SendError("timeout", "too slow"),
        Response(301, Headers([(b"Location", b"http://127.0.0.1/")]), PEM.encode(), len(PEM)),
        Response(302, Headers([(b"Location", URL.encode())])),
        Response(404, Headers(), PEM.encode(), len(PEM)),
        Response(204),
        ok(""),
        ok("<html>-----BEGIN CERTIFICATE-----"),
        ok("{}"),
        ok(b"\xff" + PEM.encode()),
        ok(PEM + "a" * LARGEST),
        Response(200, Headers(), PEM.encode(), 20_000_000),
    ],
    ids=str,
)
def test_what_is_no_key_is_not_kept_nor_asked_for_again_at_once(answer: Response | SendError, tmp_path: Path):
    world = World(answer)
    keys = world.keys(tmp_path / "keys")
    for _ in range(5):
        assert keys.get(SOURCE) is None
    assert len(world.asked) == 1, "neither a redirect followed nor a failure repeated"
    assert list((tmp_path / "keys").glob("*")) == [] if (tmp_path / "keys").exists() else True
    world.now += timedelta(seconds=61)
    world.answer = ok(PEM)
    assert keys.get(SOURCE) == PEM


def test_deliveries_that_name_ever_new_keys_cannot_keep_us_calling():
    world = World()
    keys = world.keys()
    sources = [KeySource(f"https://sns.us-east-1.amazonaws.com/{number}.pem", "certificate") for number in range(200)]
    assert [keys.get(source) for source in sources].count(PEM) == MOST_FETCHES
    assert len(world.asked) == MOST_FETCHES
    world.now += timedelta(minutes=1)
    for source in sources:
        keys.get(source)
    assert len(world.asked) == 2 * MOST_FETCHES


def test_few_keys_are_held():
    world = World()
    keys = world.keys()
    for number in range(MOST_KEPT * 2):
        world.now += timedelta(seconds=10)
        assert keys.get(KeySource(f"https://a.example/{number}", "certificate")) == PEM
    held = [keys.held(KeySource(f"https://a.example/{number}", "certificate")) for number in range(MOST_KEPT * 2)]
    assert held.count(PEM) == MOST_KEPT


def test_keys_outlive_the_process_in_a_private_folder(tmp_path: Path):
    folder = tmp_path / "whcli" / "keys"
    world = World()
    assert world.keys(folder).get(SOURCE) == PEM
    (file,) = folder.iterdir()
    if os.name == "posix":
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    later = World()
    assert later.keys(folder, offline=True).get(SOURCE) == PEM
    assert later.keys(folder).get(SOURCE) == PEM
    assert later.asked == []
    later.now += KEPT + timedelta(seconds=1)
    assert later.keys(folder, offline=True).get(SOURCE) is None
    assert later.asked == []
    assert later.keys(folder).get(SOURCE) == PEM
    assert len(later.asked) == 1


def test_a_key_of_tomorrow_is_not_believed(tmp_path: Path):
    world = World()
    world.now += timedelta(hours=1)
    assert world.keys(tmp_path / "k").get(SOURCE) == PEM
    assert World().keys(tmp_path / "k", offline=True).get(SOURCE) is None


def test_offline_nothing_is_called(tmp_path: Path):
    world = World()
    keys = world.keys(tmp_path / "k", offline=True)
    assert keys.get(SOURCE) is None
    assert world.asked == []
    assert not (tmp_path / "k").exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_write_to_is_not_used(tmp_path: Path, mode: int):
    world = World()
    assert world.keys(tmp_path / "k").get(SOURCE) == PEM
    (tmp_path / "k").chmod(mode)
    assert world.keys(tmp_path / "k", offline=True).get(SOURCE) is None
    assert world.keys(tmp_path / "k").get(SOURCE) == PEM, "but it works without"
    assert len(world.asked) == 2


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_a_file_that_is_not_ours_alone_is_not_read(tmp_path: Path):
    world = World()
    folder = tmp_path / "k"
    assert world.keys(folder).get(SOURCE) == PEM
    (file,) = folder.iterdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(file.read_bytes())
    offline = world.keys(folder, offline=True)
    file.chmod(0o666)
    assert offline.get(SOURCE) is None
    file.unlink()
    file.symlink_to(elsewhere)
    assert offline.get(SOURCE) is None
    (tmp_path / "link").symlink_to(folder)
    assert world.keys(tmp_path / "link", offline=True).get(SOURCE) is None


@pytest.mark.parametrize(
    "spoilt",
    [
        b"",
        b"{",
        b"[]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        b'{"url": 1}',
        json.dumps({"url": "https://other.example/", "fetched_at": START.isoformat(), "text": PEM}).encode(),
        json.dumps({"url": URL, "fetched_at": "2024-01-01T00:00:00", "text": PEM}).encode(),
        json.dumps({"url": URL, "fetched_at": START.isoformat(), "text": 1}).encode(),
        json.dumps({"url": URL, "fetched_at": 1, "text": PEM}).encode(),
    ],
)
def test_a_spoilt_file_is_as_good_as_none(tmp_path: Path, spoilt: bytes):
    world = World()
    folder = tmp_path / "k"
    assert world.keys(folder).get(SOURCE) == PEM
    (file,) = folder.iterdir()
    file.write_bytes(spoilt)
    assert world.keys(folder, offline=True).get(SOURCE) is None
    assert world.keys(folder).get(SOURCE) == PEM


def test_a_folder_that_cannot_be_made_is_no_hindrance(tmp_path: Path):
    (tmp_path / "file").write_text("x")
    assert World().keys(tmp_path / "file" / "k").get(SOURCE) == PEM


def test_threads_share_one_fetch():
    world = World()
    keys = world.keys()
    barrier = Barrier(16)

    def ask() -> str | None:
        barrier.wait()
        return keys.get(SOURCE)

    with ThreadPoolExecutor(16) as pool:
        found = [future.result() for future in [pool.submit(ask) for _ in range(16)]]
    assert found == [PEM] * 16
    assert len(world.asked) == 1


PRIVATE = [
    "127.0.0.1",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "::1",
    "::",
    "fe80::1%eth0",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:db8::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_only_the_public_internet_is_called(address: str):
    with pytest.raises(SendError, match="public internet"):
        allowed([address], allow_remote=True, name="a.example", public_only=True)
    assert allowed([address, "1.1.1.1"], allow_remote=True, name="a", public_only=True) == ["1.1.1.1"]


@pytest.mark.parametrize("address", ["1.1.1.1", "52.94.236.248", "2606:4700::1111", "64:ff9b::101:101"])
def test_the_public_internet_may_be_called(address: str):
    assert allowed([address], allow_remote=True, name="a.example", public_only=True) == [address]


def test_a_name_that_leads_here_is_not_called():
    with RawServer(answering()) as server, Sender(allow_remote=True, public_only=True) as sender:
        for host in ("127.0.0.1", "localhost", "keys.localhost", "[::ffff:127.0.0.1]"):
            url = f"http://{host}:{server.port}/a.pem"
            with pytest.raises(SendError) as refused:
                sender.send(prepare(Request("GET", url), Target(url)), timeout=timedelta(seconds=5))
            assert refused.value.slug == "not_allowed"
        assert server.connections == 0
