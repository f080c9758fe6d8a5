"""The certificate of a listener: made once, kept private, made anew in time; and the user's own."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.client import request as request_of
from tests.net.raw import OK, RawServer, answering
from whcli.errors import SendError, UsageError
from whcli.http import Headers, Request, Response
from whcli.model import Target
from whcli.net import certificate
from whcli.net.listener import Limits, Listener
from whcli.net.sender import Sender
from whcli.outgoing import prepare

NOW = datetime.now(UTC)
SOON = timedelta(seconds=10)


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "whcli.db"


def openssl(*words: object) -> str:
    return subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, check=True).stdout


def asked(port: int, db: Path | None, host: str = "127.0.0.1") -> int:
    """The status that our sender gets over TLS."""
    with Sender(database=db) as sender:
        url = f"https://{host}:{port}/"
        return sender.send(prepare(Request("GET", url), Target(url)), timeout=SOON).status


def test_it_names_this_machine_and_vouches_for_nobody_else(db: Path):
    identity = certificate.made(db, ["box.local", "192.0.2.7", "no name at all \xfc"], now=NOW)
    shown = openssl("x509", "-in", identity.certificate, "-noout", "-text", "-fingerprint", "-sha256")
    names = "DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:box.local, IP Address:192.0.2.7"
    assert names in shown
    assert "CA:FALSE" in shown
    assert f"sha256 Fingerprint={identity.fingerprint}" in shown
    assert identity.key.stat().st_mode & 0o777 == 0o600


def test_it_stays_the_same_until_it_ends_or_lacks_a_name(db: Path):
    first = certificate.made(db, ["box"], now=NOW)
    assert certificate.made(db, [], now=NOW + timedelta(days=365)) == first
    other = certificate.made(db, ["another"], now=NOW)
    assert other.fingerprint != first.fingerprint
    assert certificate.made(db, [], now=NOW + timedelta(days=380)).fingerprint != other.fingerprint
    identity = certificate.made(db, [], now=NOW + timedelta(days=900))
    assert b"BEGIN" in identity.key.read_bytes()
    certificate.context(identity)
    assert sorted(path.name for path in db.parent.iterdir()) == ["whcli.db-cert.pem", "whcli.db-key.pem"]


def test_a_certificate_that_is_damaged_is_made_anew_and_a_key_is_not(db: Path):
    identity = certificate.made(db, [], now=NOW)
    identity.certificate.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    assert certificate.made(db, [], now=NOW).key == identity.key
    for content in (b"", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", b"\xff"):
        identity.key.write_bytes(content)
        with pytest.raises(UsageError, match="is no key of whcli"):
            certificate.made(db, [], now=NOW)
    openssl("genrsa", "-out", identity.key, "2048")
    with pytest.raises(UsageError, match="is no key of whcli"):
        certificate.made(db, [], now=NOW)


def test_a_folder_that_takes_no_file_is_named(tmp_path: Path):
    with pytest.raises(UsageError, match=r"nowhere.*cannot be kept: No such file"):
        certificate.made(tmp_path / "nowhere" / "x.db", [], now=NOW)


def test_the_sender_trusts_it_for_the_names_it_has(db: Path):
    identity = certificate.made(db, [], now=NOW)
    with RawServer(answering(OK), context=certificate.context(identity)) as server:
        assert asked(server.port, db) == 200
        assert asked(server.port, db, "localhost") == 200
        with pytest.raises(SendError, match="self-signed and not trusted"):
            asked(server.port, None)
        with pytest.raises(SendError, match="self-signed and not trusted"):
            asked(server.port, db.with_name("another.db"))


def test_a_certificate_that_anybody_may_have_put_there_is_not_trusted(db: Path):
    identity = certificate.made(db, [], now=NOW)
    assert certificate.trusted(db) == identity.certificate
    identity.certificate.chmod(0o666)
    assert certificate.trusted(db) is None
    elsewhere = db.with_name("elsewhere.pem")
    identity.certificate.rename(elsewhere)
    assert certificate.trusted(db) is None
    identity.certificate.symlink_to(elsewhere)
    assert certificate.trusted(db) is None
    if os.geteuid() == 0:
        identity.certificate.unlink()
        shutil.copy(elsewhere, identity.certificate)
        identity.certificate.chmod(0o600)
        os.chown(identity.certificate, 65534, 65534)
        assert certificate.trusted(db) is None


def test_a_damaged_certificate_leaves_the_others_trusted(db: Path):
    certificate.beside(db).write_text("nothing")
    certificate.beside(db).chmod(0o600)
    identity = certificate.made(db.with_name("other.db"), [], now=NOW)
    with (
        RawServer(answering(OK), context=certificate.context(identity)) as server,
        pytest.raises(SendError, match="not trusted"),
    ):
        asked(server.port, db)


def test_the_users_own_in_two_files_or_one(tmp_path: Path, db: Path):
    made = certificate.made(db, [], now=NOW)
    both = tmp_path / "both.pem"
    both.write_bytes(made.key.read_bytes() + made.certificate.read_bytes())
    assert certificate.given(made.certificate, made.key) == made
    one = certificate.given(both)
    assert one.fingerprint == made.fingerprint
    assert isinstance(certificate.context(one), ssl.SSLContext)


def test_what_is_wrong_with_the_users_own_is_said(tmp_path: Path, db: Path):
    made = certificate.made(db, [], now=NOW)
    other = certificate.made(tmp_path / "other.db", [], now=NOW)
    locked = tmp_path / "locked.pem"
    openssl("pkey", "-in", made.key, "-aes256", "-passout", "pass:secret", "-out", locked)
    missing, empty = tmp_path / "missing.pem", tmp_path / "empty.pem"
    empty.touch()
    for pair, words in {
        (missing, None): "missing.pem cannot be read: No such file",
        (made.certificate, missing): "missing.pem cannot be read: No such file",
        (empty, None): "holds no certificate in PEM",
        (made.key, made.key): "holds no certificate in PEM",
        (made.certificate, None): "hold no certificate with its key",
        (made.certificate, empty): "hold no certificate with its key",
        (made.certificate, other.key): "is not that of the certificate",
        (made.certificate, locked): "locked by a passphrase",
    }.items():
        with pytest.raises(UsageError, match=words):
            certificate.given(*pair)


def test_old_versions_of_tls_are_refused(db: Path):
    context = ssl.create_default_context(cafile=certificate.made(db, [], now=NOW).certificate)
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    assert certificate.context(certificate.made(db, [], now=NOW)).minimum_version >= ssl.TLSVersion.TLSv1_2
    with (
        RawServer(answering(OK), context=certificate.context(certificate.made(db, [], now=NOW))) as server,
        socket.create_connection(("127.0.0.1", server.port)) as sock,
        context.wrap_socket(sock, server_hostname="localhost") as secured,
    ):
        assert secured.version() in ("TLSv1.2", "TLSv1.3")


def test_the_listener_serves_over_tls_alone(db: Path, caplog: pytest.LogCaptureFixture):
    """Bodies, pipelining, a sender that ends first, and one that speaks no TLS at all."""
    identity = certificate.made(db, [], now=NOW)
    seen: list[Request] = []
    warned: list[dict[str, object]] = []

    def handle(request: Request, _: str | None, answer: Callable[[Response], None]) -> None:
        seen.append(request)
        answer(Response(200, Headers(), b"x" * 300_000))

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: warned.append(context))
        listener = Listener(handle, lambda *_: None, limits=Limits(), spool=db.parent)
        await listener.start("127.0.0.1", 0, tls=certificate.context(identity))
        assert listener.url.startswith("https://127.0.0.1:")
        port = int(listener.url.rpartition(":")[2])
        await asyncio.to_thread(call, port)
        await listener.stop(1)

    def call(port: int) -> None:
        assert asked(port, db) == 200
        with socket.create_connection(("127.0.0.1", port)) as plain:
            plain.sendall(request_of(b"GET"))
            assert plain.recv(100) == b""
        context = ssl.create_default_context(cafile=identity.certificate)
        for ends_first in (False, True):
            sock = socket.create_connection(("127.0.0.1", port), timeout=10)
            with context.wrap_socket(sock, server_hostname="localhost") as secured:
                body = bytes(1 << 20)
                host = (b"X-A", b"1")
                secured.sendall(request_of(b"POST", b"/one", [host], body) + request_of(b"PUT", b"/two", [host]))
                if ends_first:
                    secured.shutdown(socket.SHUT_WR)
                    continue
                answered = b""
                while answered.count(b"HTTP/1.1 200") < 2 or len(answered) < 600_000:
                    answered += secured.recv(1 << 16)

    asyncio.run(main())
    assert [(each.method, each.url.partition("/")[2].partition("/")[2].partition("/")[2]) for each in seen[:3]] == [
        ("GET", ""), ("POST", "one"), ("PUT", "two"),
    ]  # fmt: skip
    assert {each.url.partition("://")[0] for each in seen} == {"https"}
    assert warned == []
    assert caplog.records == []
