"""The sender against raw sockets: exact bytes out, and a name for every way an answer can fail."""

from __future__ import annotations

import gc
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.net.raw import OK, RawServer, Talk, answering, closing, hanging
from whcli.errors import SendError
from whcli.http import HELD, Headers, Request, Response
from whcli.model import Target
from whcli.net.address import allowed, literal
from whcli.net.loop import Steps
from whcli.net.sender import Sender
from whcli.outgoing import FIELD, TOKEN, prepare

SOON = timedelta(seconds=0.4)
LONG = timedelta(seconds=20)
POST = Request("POST", "http://h/hooks", Headers([(b"Host", b"h"), (b"X-A", b"1")]), b"body")


def send(url: str, request: Request = POST, *, timeout: timedelta = LONG, allow_remote: bool = False) -> Response:
    with Sender(allow_remote=allow_remote) as sender:
        return sender.send(prepare(request, Target(url)), timeout=timeout)


def failing(url: str, request: Request = POST, *, timeout: timedelta = LONG, allow_remote: bool = False) -> SendError:
    with pytest.raises(SendError) as caught:
        send(url, request, timeout=timeout, allow_remote=allow_remote)
    return caught.value


def slow(pieces: Iterator[bytes], pause: float) -> Talk:
    """An answer that comes in pieces with pauses between."""

    def talk(server: RawServer, sock: socket.socket) -> None:
        server.take(sock)
        for piece in pieces:
            sock.sendall(piece)
            if server.wait(pause):
                return

    return talk


def forever(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


class Zeros:
    """A large body that is nowhere."""

    def __init__(self, size: int, *, shown: int | None = None) -> None:
        self._size = size
        self._shown = size if shown is None else shown

    def __len__(self) -> int:
        return self._shown

    def pieces(self) -> Iterator[bytes]:
        for start in range(0, self._size, HELD):
            yield bytes(min(HELD, self._size - start))


NAMES = st.binary(min_size=1, max_size=8).map(lambda name: b"X-" + bytes(TOKEN[byte % len(TOKEN)] for byte in name))
VALUES = st.binary(max_size=20).map(lambda value: bytes(FIELD[byte % len(FIELD)] for byte in value))
PATHS = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=20)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "QUERY", "x-odd!"])


def test_what_leaves_is_what_was_given():
    with RawServer(answering()) as server, Sender() as sender:

        @settings(max_examples=300, deadline=None)
        @given(METHODS, PATHS, st.lists(st.tuples(NAMES, VALUES), max_size=8), st.binary(max_size=200))
        def check(method, path, pairs, body):
            headers = Headers([(b"hOST", b"old"), *pairs, (b"content-Length", b"99")])
            request = prepare(Request(method, f"http://old/{path}", headers, body), Target(server.url))
            assert sender.send(request, timeout=LONG).body == b"ok"
            lines = [f"{method} /{path} HTTP/1.1".encode(), b"hOST: 127.0.0.1:%d" % server.port]
            lines += [name + b": " + value for name, value in pairs]
            lines += [b"content-Length: %d" % len(body), b"", body]
            assert server.requests.pop() == b"\r\n".join(lines)

        check()
        assert server.connections == 1


def test_an_answer_is_given_back_whole_and_redirects_are_not_followed():
    moved = b"HTTP/1.1 307 Go\r\nLocation: /else\r\nSet-Cookie: a=b\r\nset-cookie: c\r\nContent-Length: 1\r\n\r\nx"
    with RawServer(answering(moved)) as server, Sender() as sender:
        for _ in range(2):
            response = sender.send(prepare(POST, Target(server.url)), timeout=LONG)
            assert (response.status, response.body) == (307, b"x")
            assert response.headers[1:3] == ((b"Set-Cookie", b"a=b"), (b"set-cookie", b"c"))
        assert [b"ookie" in request for request in server.requests] == [False, False]


def test_compressed_answers_stay_compressed():
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\n\x1f\x8b\x08\x00"
    with RawServer(answering(packed)) as server:
        assert send(server.url).body == b"\x1f\x8b\x08\x00"


MANY = b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1000 + b"\r\n"
SHORT = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"
ENDLESS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    ("talk", "slug"),
    [
        (closing(b""), "no_answer"),
        (closing(SHORT), "truncated_response"),
        (closing(ENDLESS + b"5\r\nab"), "truncated_response"),
        (closing(b"220 mail.example ESMTP\r\n"), "malformed_response"),
        (closing(b"HTTP/1.1 200 OK\nContent-Length: 0\n\n"), "malformed_response"),
        (closing(MANY), "too_many_headers"),
        (closing(b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000), "head_too_large"),
        (closing(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "conflicting_length"),
        (closing(ENDLESS + b"zz\r\n"), "bad_chunk"),
        (hanging(), "timeout"),
        (hanging(b"HTTP/1.1 100 Continue\r\n\r\n"), "timeout"),
        (hanging(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"), "timeout"),
        (slow(forever(b"HTTP/1.1 100 Continue\r\n\r\n"), 0.02), "timeout"),
        (slow(iter([ENDLESS, *[b"1\r\nx\r\n"] * 1000]), 0.02), "timeout"),
        (slow(forever(b"x"), 0.02), "malformed_response"),
    ],
)
def test_each_failure_has_its_name_and_hurts_nothing_else(talk: Talk, slug: str):
    began = time.monotonic()
    with RawServer(talk) as server, Sender() as sender:
        with pytest.raises(SendError) as caught:
            sender.send(prepare(POST, Target(server.url)), timeout=SOON)
        assert caught.value.slug == slug
        assert time.monotonic() - began < 2
        with RawServer(answering()) as other:
            assert sender.send(prepare(POST, Target(other.url)), timeout=LONG).status == 200


def test_a_reset_has_a_name():
    def reset(server: RawServer, sock: socket.socket) -> None:
        server.take(sock)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    with RawServer(reset) as server:
        assert failing(server.url).slug == "reset"


def test_an_endless_fast_answer_is_cut():
    chunk = b"%x\r\n%b\r\n" % (1 << 16, bytes(1 << 16))
    with RawServer(slow(iter([ENDLESS, *[chunk] * 1000]), 0)) as server:
        response = send(server.url)
    assert len(response.body) == HELD
    assert 10 << 20 < response.body_size < 11 << 20


def test_an_endless_fast_answer_does_not_outlast_its_time():
    with RawServer(slow(forever(b"HTTP/1.1 100 Continue\r\n\r\n"), 0)) as server:
        assert failing(server.url, timeout=SOON).slug in ("head_too_large", "timeout")


def test_nothing_listening_says_what_to_do():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for host in ("127.0.0.1", "localhost"):
        began = time.monotonic()
        error = failing(f"http://{host}:{port}")
        assert error.slug == "connection_refused"
        assert f"{host}:{port}: start your app" in error.message
        assert time.monotonic() - began < 1


def test_patience_may_be_longer_than_the_system_can_count():
    with RawServer(answering()) as server:
        assert send(server.url, timeout=timedelta(days=36525)).status == 200


def test_a_full_backlog_runs_into_the_timeout():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf:
        port = deaf.getsockname()[1]
        held = []
        for _ in range(4):
            held.append(socket.socket())
            held[-1].setblocking(False)
            held[-1].connect_ex(("127.0.0.1", port))
        try:
            assert failing(f"http://127.0.0.1:{port}", timeout=SOON).slug == "timeout"
        finally:
            for sock in held:
                sock.close()


def test_credentials_in_a_target_are_in_no_message():
    with RawServer(hanging()) as server:
        error = failing(f"http://user:hunter2@127.0.0.1:{server.port}", timeout=SOON)
    assert "hunter2" not in str(error)


# Connections


def test_a_connection_is_kept_for_its_origin_alone():
    with RawServer(answering()) as one, RawServer(answering()) as two, Sender() as sender:
        for _ in range(3):
            sender.send(prepare(POST, Target(one.url)), timeout=LONG)
            sender.send(prepare(POST, Target(two.url)), timeout=LONG)
        assert (one.connections, two.connections) == (1, 1)


@pytest.mark.parametrize("pause", [0, 0.05])
def test_a_kept_connection_that_was_closed_is_replaced(pause: float):
    with RawServer(closing(OK)) as server, Sender() as sender:
        for _ in range(5):
            assert sender.send(prepare(POST, Target(server.url)), timeout=LONG).status == 200
            time.sleep(pause)
        assert (server.connections, len(server.requests)) == (5, 5)


def test_a_kept_connection_that_ends_at_the_next_request_is_replaced_once():
    def once(server: RawServer, sock: socket.socket) -> None:
        server.take(sock)
        sock.sendall(OK)
        server.take(sock)  # and close without a word

    with RawServer(once) as server, Sender() as sender:
        for _ in range(3):
            assert sender.send(prepare(POST, Target(server.url)), timeout=LONG).status == 200
        assert server.connections == 3


def test_nothing_is_sent_again_once_a_byte_of_the_answer_came():
    def half(server: RawServer, sock: socket.socket) -> None:
        server.take(sock)
        sock.sendall(OK)
        server.take(sock)
        sock.sendall(b"HTTP/1.1 20")

    with RawServer(half) as server, Sender() as sender:
        sender.send(prepare(POST, Target(server.url)), timeout=LONG)
        with pytest.raises(SendError) as caught:
            sender.send(prepare(POST, Target(server.url)), timeout=LONG)
        assert caught.value.slug == "truncated_response"
        assert (server.connections, len(server.requests)) == (1, 2)


def test_a_late_second_answer_is_not_taken_for_the_next_ones():
    with RawServer(answering(OK + b"HTTP/1.1 500 Planted\r\nContent-Length: 0\r\n\r\n")) as server, Sender() as sender:
        statuses = {sender.send(prepare(POST, Target(server.url)), timeout=LONG).status for _ in range(5)}
    assert statuses == {200}


@pytest.mark.parametrize(
    "talk",
    [hanging(), hanging(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"), lambda server, _: server.wait(60) and None],
)
def test_closing_from_another_thread_ends_a_running_send_at_once(talk: Talk):
    with RawServer(talk) as server, Sender() as sender:
        threading.Timer(0.2, sender.close).start()
        began = time.monotonic()
        with pytest.raises(SendError) as caught:
            sender.send(prepare(POST._replace(body=Zeros(20 << 20)), Target(server.url)), timeout=LONG)
        assert caught.value.slug == "cancelled"
        assert time.monotonic() - began < 1
        with pytest.raises(SendError):
            sender.send(prepare(POST, Target(server.url)), timeout=LONG)
        sender.close()


def test_no_descriptor_is_left_behind():
    def used() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    def everything() -> None:
        with RawServer(answering()) as server, Sender() as sender:
            for url in (server.url, "http://127.0.0.1:1", "https://127.0.0.1:1", "http://169.254.169.254", server.url):
                with suppress(SendError):
                    sender.send(prepare(POST, Target(url)), timeout=SOON)

    everything()
    gc.collect()
    before = used()
    for _ in range(5):
        everything()
    assert used() <= before


# Bodies


def test_a_large_body_streams_through_flat_memory():
    def count(server: RawServer, sock: socket.socket) -> None:
        data = sock.recv(1 << 16)
        left = len(data.partition(b"\r\n\r\n")[2])
        while left < 20 << 20:
            left += len(sock.recv(1 << 16))
        sock.sendall(OK)
        server.wait(60)

    with RawServer(count) as server, Sender() as sender:
        request = prepare(POST._replace(body=Zeros(20 << 20)), Target(server.url))
        tracemalloc.start()
        try:
            assert sender.send(request, timeout=LONG).status == 200
            assert tracemalloc.get_traced_memory()[1] < 4 << 20
        finally:
            tracemalloc.stop()


@pytest.mark.parametrize("size", [(1 << 16) - 1, 1 << 16, (1 << 16) + 1, 3 << 20])
def test_bodies_of_every_size_arrive_whole(size: int):
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    with RawServer(answering()) as server:
        send(server.url, POST._replace(body=body))
        assert server.requests[0].partition(b"\r\n\r\n")[2] == body


@pytest.mark.parametrize("shown", [5, (3 << 20) + 1])
def test_a_body_that_is_not_as_long_as_it_says_is_never_sent_as_whole(shown: int):
    with RawServer(hanging()) as server:
        assert failing(server.url, POST._replace(body=Zeros(3 << 20, shown=shown))).slug == "unsendable"


@pytest.mark.parametrize("closes", [True, False])
def test_an_answer_before_the_end_of_the_request_counts(closes: bool):
    def refuse(server: RawServer, sock: socket.socket) -> None:
        sock.recv(100)
        sock.sendall(b"HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig")
        if not closes:
            server.wait(60)
        else:
            sock.shutdown(socket.SHUT_WR)
            server.wait(0.1)

    with RawServer(refuse) as server, Sender() as sender:
        response = sender.send(prepare(POST._replace(body=Zeros(50 << 20)), Target(server.url)), timeout=LONG)
        assert (response.status, response.body) == (413, b"big")
        request = prepare(POST._replace(body=Zeros(50 << 20)), Target(server.url))
        assert sender.send(request, timeout=LONG).status == 413
        assert server.connections == 2


# Addresses


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fe80::1]",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "169.254.0.1",
        "[::ffff:a9fe:a9fe]",
        "100.100.100.200",
    ],
)
def test_metadata_addresses_are_never_called(host: str):
    for allow_remote in (True, False):
        assert failing(f"http://{host}:80", allow_remote=allow_remote).slug == "not_allowed"


@pytest.mark.parametrize(
    "host", ["192.0.2.1", "10.0.0.1", "[2001:db8::1]", "[::ffff:8.8.8.8]", "255.255.255.255", "8.8.8.8"]
)
def test_other_machines_are_called_only_when_allowed(host: str):
    error = failing(f"http://{host}:80")
    assert error.slug == "not_allowed"
    assert "--allow-remote" in error.message
    assert allowed([host.strip("[]")], allow_remote=True, name="x") == [host.strip("[]")]


def test_of_many_addresses_only_those_allowed_are_left():
    addresses = ["169.254.169.254", "127.0.0.1", "8.8.8.8", "fe80::1%eth0", "::1"]
    assert allowed(addresses, allow_remote=False, name="x") == ["127.0.0.1", "::1"]
    assert allowed(addresses, allow_remote=True, name="x") == ["127.0.0.1", "8.8.8.8", "::1"]


def test_this_machine_in_its_spellings():
    assert literal("LOCALHOST") == literal("app.localhost") == ["127.0.0.1", "::1"]
    assert literal("0.0.0.0") == ["127.0.0.1"]
    assert literal("example.com") is None
    assert literal("localhost.evil.example") is None


@pytest.mark.parametrize("host", ["localhost", "app.localhost", "[::1]", "[::]"])
def test_an_app_that_listens_on_ipv6_alone_is_found(host: str):
    with RawServer(answering(), family=socket.AF_INET6) as server:
        assert send(f"http://{host}:{server.port}").status == 200


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "0x7f.1", "0.0.0.0"])
def test_odd_spellings_of_an_address_are_judged_by_where_they_lead(host: str):
    with RawServer(answering()) as server:
        assert send(f"http://{host}:{server.port}").status == 200
    assert failing("http://0xa9fea9fe:80", allow_remote=True).slug == "not_allowed"


def test_a_name_of_nobody():
    error = failing("http://nobody.invalid:80", timeout=timedelta(seconds=3))
    assert error.slug in ("dns", "timeout")
    assert "nobody.invalid" in error.message


# TLS


def certificate(folder: Path, *names: str, days: int = 1) -> Path:
    """A self-signed certificate with its key, in one file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "whcli test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.IPAddress(ip_address(each)) if each[0].isdecimal() else x509.DNSName(each) for each in names]
            ),
            critical=False,
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


def serving(path: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context


def test_tls_with_a_trusted_certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = certificate(tmp_path, "localhost", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    big = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000
    with RawServer(answering(big), context=serving(path)) as server, Sender() as sender:
        for host in ("localhost", "127.0.0.1"):
            for size in (0, 100, 3 << 20):
                request = prepare(POST._replace(body=bytes(size)), Target(f"https://{host}:{server.port}/x"))
                assert sender.send(request, timeout=LONG).body == b"x" * 300_000
        assert [len(request.partition(b"\r\n\r\n")[2]) for request in server.requests] == [0, 100, 3 << 20] * 2
        assert server.connections < 6


@pytest.mark.parametrize(
    ("certified", "days", "word"),
    [("localhost", 1, "not trusted"), ("other", 1, "another name"), ("localhost", -1, "expired")],
)
def test_a_certificate_that_does_not_hold_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, certified: str, days: int, word: str
):
    path = certificate(tmp_path, certified, days=days)
    if word != "not trusted":
        monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with RawServer(answering(), context=serving(path)) as server:
        error = failing(f"https://localhost:{server.port}")
    assert error.slug == "tls"
    assert word in error.message


def test_a_port_without_tls_is_explained():
    with RawServer(closing(OK)) as server:
        error = failing(f"https://127.0.0.1:{server.port}", timeout=SOON)
    assert error.slug in ("tls", "timeout")

    def plain(_: RawServer, sock: socket.socket) -> None:
        sock.recv(100)
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(plain) as server:
        assert "http://" in failing(f"https://127.0.0.1:{server.port}").message


def test_many_at_once_over_tls_and_a_silent_handshake_holds_up_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    big = b"HTTP/1.1 200 OK\r\nContent-Length: 300000\r\n\r\n" + b"x" * 300_000
    with (
        RawServer(answering(big), context=serving(path)) as server,
        RawServer(lambda server, _: server.wait(60) and None) as silent,
        Sender() as sender,
    ):

        def exchange(port: int) -> Steps[Response]:
            request = prepare(POST._replace(body=bytes(1 << 20)), Target(f"https://127.0.0.1:{port}"))
            return sender.exchange(request, timeout=LONG)

        sender.start([exchange(silent.port), *[exchange(server.port) for _ in range(8)]])
        done: list[Response] = []
        while len(done) < 20:
            found = sender.turn()
            done += found
            sender.start([exchange(server.port) for _ in found])
        assert {response.body for response in done} == {b"x" * 300_000}
        assert server.connections == 8


def test_a_silent_handshake_runs_into_the_timeout():
    with RawServer(lambda server, _: server.wait(60) and None) as server:
        error = failing(f"https://127.0.0.1:{server.port}", timeout=SOON)
    assert error.slug == "timeout"
    assert "TLS" in error.message


def test_what_is_dear_to_import_is_imported_by_nobody_else():
    code = "import sys, whcli.net.sender; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout.decode().split()
    assert not {"ssl", "asyncio", "aiohttp", "http.client", "email", "whcli.net.tls"} & set(loaded)
