"""`listen --tls` and `--allow-ip`, as processes: who trusts the listener, and whom it lets in."""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import subprocess
import urllib.request

import pytest

from tests.client import ask, request
from tests.process import Home, Process, until
from tests.tunnels import cloudflared_standin as standin

FORGED = [(b"X-Forwarded-For", b"127.0.0.1"), (b"Cf-Connecting-Ip", b"127.0.0.1"), (b"Forwarded", b"for=127.0.0.1")]


def test_https_with_a_certificate_made_here_is_trusted_by_send_and_replay_and_by_who_is_given_it(home: Home):
    listener = home.listen("--tls")
    assert listener.url.startswith("https://127.0.0.1:")
    certificate = home.db.with_name("whcli.db-cert.pem")
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    assert listener.ready["fingerprint"].replace(":", "").lower() == hashlib.sha256(der).hexdigest()
    [sent] = home.run("send", "--event", "created", "--json").objects
    assert sent["target"] == f"{listener.url}/webhook/generic"
    [again] = home.run("replay", "1", "--to", f"{listener.url}/again", "--json").objects
    assert again["status"] == 200
    [delivery] = home.run("list", "--json", "-n", "1").objects
    assert delivery["url"] == f"{listener.url}/again"
    context = ssl.create_default_context(cafile=certificate)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=context))
    with opener.open(f"{listener.url.replace('127.0.0.1', 'localhost')}/health") as answer:
        assert json.load(answer)["status"] == "healthy"
    assert listener.stop() == 0
    assert home.listen("--tls").ready["fingerprint"] == listener.ready["fingerprint"]


def test_https_with_a_certificate_of_ones_own(home: Home):
    cert, key = home.folder / "c.pem", home.folder / "k.pem"
    words = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-days", "1"]
    subprocess.run(
        ["openssl", "req", "-x509", *words, "-addext", "subjectAltName=IP:127.0.0.1", "-out", cert, "-keyout", key],
        check=True, capture_output=True,
    )  # fmt: skip
    listener = home.listen("--tls-cert", cert, "--tls-key", key)
    assert listener.url.startswith("https://")
    said = home.run("send", "--event", "created", code=5).stderr
    assert "SSL_CERT_FILE" in said
    [sent] = home.run("send", "--event", "created", "--json", more={"SSL_CERT_FILE": str(cert)}).objects
    assert sent["status"] == 200


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["--tls-key", "k.pem"], "--tls-key is for a certificate"),
        (["--tls", "--tls-cert", "c.pem"], "leave one of them out"),
        (["--tls-cert", "c.pem"], "c.pem cannot be read"),
        (["--allow-ip", "office"], "no list of addresses named 'office'"),
        (["--allow-ip", "1.2.3"], "no range of addresses"),
    ],
)
def test_what_does_not_go_together_is_a_users_mistake(home: Home, words: list[str], complaint: str):
    said = home.run("listen", *words, code=2).stderr
    assert complaint in said
    assert len(said.splitlines()) == 2


def test_a_caller_who_speaks_no_tls_or_does_not_trust_us_is_told_of(home: Home):
    listener = home.listen("--tls")
    with socket.create_connection(("127.0.0.1", listener.port)) as plain:
        plain.sendall(request(b"GET", b"/health"))
        assert plain.recv(100) == b""
    with socket.create_connection(("127.0.0.1", listener.port)) as sock, pytest.raises(ssl.SSLError):
        ssl.create_default_context().wrap_socket(sock, server_hostname="localhost")
    with socket.create_connection(("127.0.0.1", listener.port)) as odd:
        odd.sendall(b"\x16\x03\x01\x00\x05" + bytes(5))
        odd.recv(100)
    told = ("plain HTTP came where HTTPS is spoken", "the caller does not trust the certificate", "no TLS connection (")
    until(lambda: all(each in listener.stderr for each in told), what="a word about each")
    assert home.run("send", "--event", "created").code == 0
    assert listener.stop() == 0


def test_the_ready_block_names_certificate_and_callers(home: Home):
    shown = home.watch("listen", "--port", "0", "--tls", "--allow-ip", "192.0.2.0/24", columns=160)
    until(lambda: b"try" in b"".join(shown.lines), what="the ready block")
    said = b"".join(shown.lines).decode()
    assert "whcli.db-cert.pem" in said
    assert "SHA-256" in said
    assert "192.0.2.0/24" in said


def test_who_is_not_allowed_is_answered_403_told_of_and_not_stored(home: Home):
    listener = home.listen("--allow-ip", "192.0.2.0/24", "--allow-ip", "2001:db8::/32")
    refused = ask(listener.port, request(b"POST", b"/webhook/generic", FORGED, b"{}"))
    assert refused.status == 403
    assert refused.json == {"error": "127.0.0.1 may not call (--allow-ip)"}
    assert ask(listener.port, request(b"GET", b"/health")).status == 200
    until(lambda: "refused with 403" in listener.stderr, what="a word about it")
    assert home.run("send", "--event", "created", "--json", code=5).objects[0]["status"] == 403
    assert home.run("list", "--json").objects == []
    assert listener.stop() == 0
    open_ = home.listen("--allow-ip", "127.0.0.0/8")
    assert ask(open_.port, request(b"POST", b"/webhook/generic", body=b"{}")).status == 200


def test_a_list_of_a_provider_is_a_file_that_the_user_keeps(home: Home):
    assert "api.github.com/meta" in home.run("listen", "--allow-ip", "github", code=2).stderr
    folder = home.folder / "config" / "whcli" / "ranges"
    folder.mkdir(parents=True)
    (folder / "github.json").write_text('{"hooks": ["127.0.0.1/32"], "web": []}')
    listener = home.listen("--allow-ip", "github")
    assert ask(listener.port, request(b"POST", b"/", body=b"{}")).status == 200


def through(home: Home, *words: str) -> tuple[int, Process]:
    """A listener behind a stand-in of cloudflared, and the port of the tunnel's public side."""
    folder = home.folder / "bin"
    standin.install(folder)
    home.environment["PATH"] = f"{folder}:{home.environment['PATH']}"
    listener = home.listen("--tunnel", "cloudflared", *words)
    return int(standin.call(folder)["edge"]), listener


def test_https_here_and_a_tunnel_from_outside(home: Home):
    edge, listener = through(home, "--tls")
    assert ask(edge, request(b"POST", b"/webhook/generic", body=b"{}")).status == 200
    home.run("send", "--event", "created")
    urls = [each["url"] for each in home.run("list", "--json").objects]
    assert urls[0].startswith("https://127.0.0.1:")
    assert urls[1] == f"https://{standin.HOST}/webhook/generic"
    assert listener.stop() == 0


@pytest.mark.parametrize(("allowed", "status"), [(standin.CALLER, 200), ("127.0.0.0/8", 403), ("198.51.100.0/24", 403)])
def test_behind_a_tunnel_the_caller_is_who_the_tunnel_says(home: Home, allowed: str, status: int):
    """Whatever the caller says of itself, in whichever header, and by whichever name it calls."""
    edge, listener = through(home, "--allow-ip", allowed)
    for host in (standin.HOST, f"{standin.HOST}:443", "127.0.0.1", "x"):
        forged = [*FORGED, (b"CF-Connecting-IP", b"198.51.100.7")]
        raw = request(b"POST", b"/webhook/generic", forged, b"{}").replace(b"Host: h", b"Host: " + host.encode())
        answer = ask(edge, raw)
        assert answer.status == status, host
    remotes = {each["remote"] for each in home.run("list", "--json").objects}
    assert remotes == ({standin.CALLER} if status == 200 else set())
    assert listener.stop() == 0


def test_a_tunnel_that_does_not_tell_who_calls_is_no_place_for_allow_ip(home: Home):
    program = home.folder / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'Forwarding HTTP traffic from https://x.serveo.net'\nexec sleep 30\n")
    program.chmod(0o755)
    home.environment["PATH"] = f"{program.parent}:{home.environment['PATH']}"
    said = home.run("listen", "--port", "0", "--tunnel", "serveo", "--allow-ip", "127.0.0.1", code=1).stderr
    assert "the tunnel serveo does not tell who calls" in said
