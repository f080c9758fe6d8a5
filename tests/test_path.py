"""The whole path with the installed program as processes: listen, send, tail, list, show, replay, forward, SIGTERM."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

import pytest
import stripe
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook
from twilio.request_validator import RequestValidator

from tests.client import Client, ask, request
from tests.net.raw import OK, RawServer, answering
from tests.process import Home, Process, until
from whcli import events, providers
from whcli.http import Headers

NAMES = tuple(sorted(events.providers()))
SECRETS = {name: providers.get(name).scheme.make_secret(bytes(range(32))) for name in NAMES}


class Arrived(NamedTuple):
    """A request at the target."""

    line: str
    headers: Headers
    body: bytes

    def header(self, name: str) -> str:
        return (self.headers.first(name.encode()) or b"").decode()


def arrived(raw: bytes) -> Arrived:
    head, _, body = raw.partition(b"\r\n\r\n")
    line, *fields = head.split(b"\r\n")
    pairs = (field.partition(b":") for field in fields)
    return Arrived(line.decode(), Headers((name, value.strip()) for name, _, value in pairs), body)


@pytest.fixture
def sink() -> Iterator[RawServer]:
    """An app that takes everything."""
    with RawServer(answering(OK)) as server:
        yield server


@pytest.fixture
def configured(home: Home) -> Home:
    """A home where each provider's secret is known."""
    home.configure("".join(f"[endpoints.{name}]\nsecret = {json.dumps(SECRETS[name])}\n" for name in NAMES))
    return home


def send(home: Home, *words: object, code: int = 0) -> Any:
    """What became of a sent event."""
    return home.run("send", *words, "--json", code=code).objects[-1]


def deliveries(home: Home, *words: object) -> list[Any]:
    """The list, oldest first."""
    return home.run("list", "-n", "0", "--json", *words).objects[::-1]


def test_each_provider_from_send_to_the_app(configured: Home, sink: RawServer):
    home = configured
    listener = home.listen("--forward-to", sink.port)
    tail = home.start("tail", "-n", "0", "--json")
    until(lambda: home.run("list", "--json").code == 0, what="the database is there")
    for name in NAMES:
        event = events.types(name)[0]
        attempt = send(home, "--provider", name, "--event", event)
        assert (attempt["cause"], attempt["status"], attempt["error"]) == ("send", 200, None)
        assert attempt["target"] == f"{listener.url}/webhook/{name}"
        said = listener.find(lambda each, name=name: each["type"] == "attempt" and f"/webhook/{name}" in each["target"])
        assert (said["cause"], said["status"]) == ("forward", 200)

    listed = deliveries(home)
    assert [each["provider"] for each in listed] == list(NAMES)
    assert [each["verdict"]["outcome"] for each in listed] == ["valid"] * len(NAMES)
    assert [each["status"] for each in listed] == [200] * len(NAMES)
    assert all(each["event_type"] and each["event_id"] and each["duplicate_of"] is None for each in listed)
    heard = listener.collect(len(NAMES), lambda each: each["type"] == "delivery")
    assert [each["id"] for each in heard] == [each["id"] for each in listed]

    requests = [arrived(raw) for raw in sink.requests]
    for each, came in zip(listed, requests, strict=True):
        shown = home.run("show", each["id"], "--json").objects[0]
        assert base64.b64decode(shown["body_base64"]) == came.body
        assert hashlib.sha256(came.body).hexdigest() == each["body_sha256"] == shown["body_sha256"]
        host = ("Host", f"127.0.0.1:{sink.port}")
        expected = [host if name == "Host" else (name, value) for name, value in shown["headers"]]
        assert [(name.decode(), value.decode()) for name, value in came.headers] == [tuple(pair) for pair in expected]
    last = listed[-1]
    assert home.run("show", last["event_id"], "--body").stdout == requests[-1].body
    assert home.run("verify", last["event_id"], "--json").objects[0]["outcome"] == "valid"
    assert last["event_type"] in home.run("show", "last").text

    missed = {each["id"] for each in listed} - {each["id"] for each in map(json.loads, tail.lines)}
    if missed:  # tail began a moment later than the first was sent, or is a moment behind
        send(home, "--event", "created")
        tail.find(lambda each: each["event_type"] == "created" and each["provider"] == "generic")
    assert tail.stop(signal.SIGINT) in (0, 130)
    assert listener.stop() == 0


def test_tail_sees_what_another_process_stores(home: Home):
    first, second = home.listen(), home.listen()
    assert first.port != second.port
    tail = home.start("tail", "--json")
    ask(first.port, request(b"POST", b"/a"))
    tail.find(lambda each: each["endpoint"] == "/a")  # it is looking now
    ask(first.port, request(b"POST", b"/b"))
    ask(second.port, request(b"POST", b"/c"))
    assert [each["endpoint"] for each in tail.collect(3)] == ["/a", "/b", "/c"]
    assert [each["id"] for each in tail.collect(3)] == [1, 2, 3]
    assert (first.stop(), second.stop(signal.SIGINT)) == (0, 0)


VERDICTS = {
    "--tamper": "mismatch",
    "--wrong-secret": "mismatch",
    "--unsigned": "missing",
    "--stale 10m": "expired",
}


def test_bad_signatures_get_401_and_are_kept_but_not_passed_on(configured: Home, sink: RawServer):
    home = configured
    listener = home.listen("--forward-to", sink.port)
    cases = [(name, words) for name in ("stripe", "standard-webhooks") for words in VERDICTS]
    cases += [(name, "--tamper") for name in NAMES] + [("slack", "--stale 10m"), ("generic", "--unsigned")]
    for name, words in cases:
        attempt = send(home, "--provider", name, "--event", events.types(name)[0], *words.split(), code=5)
        assert attempt["status"] == 401, (name, words)
    got = [(each["provider"], each["verdict"]["outcome"]) for each in deliveries(home)]
    assert got == [(name, VERDICTS[words]) for name, words in cases]
    assert all(each["status"] is None for each in deliveries(home))
    home.run("verify", "last", code=4)
    assert listener.stop() == 0
    assert sink.requests == []


def test_observe_accepts_and_passes_on_what_fails(configured: Home, sink: RawServer):
    listener = configured.listen("--observe", "--forward-to", sink.port)
    assert send(configured, "--provider", "stripe", "--event", "invoice.paid", "--tamper")["status"] == 200
    assert listener.find(lambda each: each["type"] == "attempt")["status"] == 200
    assert deliveries(configured)[0]["verdict"]["outcome"] == "mismatch"
    assert listener.stop() == 0


def test_week_old_events_pass_the_makers_own_checks_once_replayed(configured: Home, sink: RawServer):
    home = configured
    listener = home.listen("--observe")
    for name, event in (("stripe", "invoice.paid"), ("slack", "app_mention"), ("standard-webhooks", "contact.created")):
        send(home, "--provider", name, "--event", event, "--at", "7d")
    assert [each["verdict"]["outcome"] for each in deliveries(home)] == ["expired"] * 3
    said = home.run("replay", "1-3", "--to", f"{sink.port}/hooks", "--json").objects
    assert [(each["cause"], each["status"], each["resigned"]) for each in said] == [("replay", 200, True)] * 3

    by_stripe, by_slack, by_standard = (arrived(raw) for raw in sink.requests)
    event = stripe.Webhook.construct_event(by_stripe.body, by_stripe.header("Stripe-Signature"), SECRETS["stripe"])
    assert event["type"] == "invoice.paid"
    pairs = {name.decode(): value.decode() for name, value in by_slack.headers}
    assert SignatureVerifier(SECRETS["slack"]).is_valid_request(by_slack.body, pairs)
    pairs = {name.decode(): value.decode() for name, value in by_standard.headers}
    assert Webhook(SECRETS["standard-webhooks"]).verify(by_standard.body, pairs)

    home.run("replay", "1", "--to", sink.port, "--original-signature")
    old = arrived(sink.requests[-1])
    assert old.body == by_stripe.body
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(old.body, old.header("Stripe-Signature"), SECRETS["stripe"])
    assert listener.stop() == 0


def test_replayed_as_it_came_edited_or_signed_afresh(configured: Home, sink: RawServer):
    home = configured
    listener = home.listen()
    body = b'{ "event":"order.created" , "total": 1.50, "note":"caf\\u00e9" }'
    signature = b"sha256=" + hmac.new(SECRETS["generic"].encode(), body, "sha256").hexdigest().encode()
    fields = [(b"x-webhook-SIGNATURE", signature), (b"X-A", b"\xe9"), (b"X-A", b"2")]
    assert ask(listener.port, request(b"POST", b"/webhook/generic?q=%20", fields, body)).status == 200

    home.run("replay", "last", "--to", sink.port)
    exact = arrived(sink.requests[-1])
    assert (exact.line, exact.body) == ("POST /webhook/generic?q=%20 HTTP/1.1", body)
    assert list(exact.headers[1:4]) == fields

    home.run("replay", "last", "--to", f"{sink.port}/other", "--set", "total=2.75", "--header", "X-New: 1")
    edited = arrived(sink.requests[-1])
    assert edited.body == body.replace(b"1.50", b"2.75")
    assert edited.line == "POST /other?q=%20 HTTP/1.1"
    assert edited.header("X-New") == "1"
    digest = hmac.new(SECRETS["generic"].encode(), edited.body, "sha256").hexdigest()
    assert edited.header("X-Webhook-Signature") == f"sha256={digest}"

    before = len(sink.requests)
    planned = home.run("replay", "last", "--to", sink.port, "--resign", "--dry-run", "--json").objects[0]
    assert base64.b64decode(planned["body_base64"]) == body
    assert len(sink.requests) == before

    home.run("replay", "last", "--times", "3")  # where it went before
    assert [arrived(raw).line for raw in sink.requests[before:]] == ["POST /other?q=%20 HTTP/1.1"] * 3
    shown = home.run("show", "last", "--json").objects[0]
    assert [(each["cause"], each["number"], each["resigned"]) for each in shown["attempts"]] == [
        ("replay", 1, False), ("replay", 1, True), *[("replay", 1, False)] * 3,
    ]  # fmt: skip
    assert listener.stop() == 0


def test_a_follower_passes_on_what_any_listener_stores(home: Home, sink: RawServer):
    listener = home.listen()
    ask(listener.port, request(b"POST", b"/before"))
    follower = home.start("forward", "--to", sink.port, "--json")
    until(lambda: "Passing deliveries on" in follower.stderr, what="it follows")
    while not follower.lines:  # it says so before it looks
        ask(listener.port, request(b"POST", b"/probe"))
        time.sleep(0.05)
    ask(listener.port, request(b"POST", b"/last", body=b"words"))
    until(lambda: any(b"POST /last " in raw for raw in sink.requests), what="the last one arrives")
    assert not any(b"POST /before " in raw for raw in sink.requests)
    said = follower.find(lambda each: each["target"].endswith("/last"))
    assert (said["cause"], said["status"]) == ("forward", 200)
    assert follower.stop(signal.SIGINT) == 130
    assert listener.stop() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_listener_after_what_is_in_flight(home: Home, number: signal.Signals):
    listener = home.listen()
    with Client(listener.port) as client:
        client.send(b"POST /last HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
        assert client.reply().status == 100
        listener.tell(number)
        until(lambda: not accepts(listener.port), what="it takes no more")
        assert client.send(b"words").reply().json == {"status": "accepted", "id": 1}
    assert listener.wait() == 0
    assert [each["endpoint"] for each in deliveries(home)] == ["/last"]
    assert home.run("show", "last", "--body").stdout == b"words"


def test_two_signals_at_once_are_one_and_a_later_one_ends_it_at_once(home: Home):
    for pause, code in ((0.0, 0), (0.3, 130)):  # as timeout(1) has them, and as an impatient user
        listener = home.listen()
        with Client(listener.port) as client:
            client.send(b"POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n")
            assert client.reply().status == 100
            listener.tell(signal.SIGTERM)
            time.sleep(pause)
            listener.tell(signal.SIGINT)
            until(lambda: not accepts(listener.port), what="it takes no more")  # noqa: B023 - called at once
            with suppress(ConnectionError):
                assert client.send(b"words").reply().status == 200
        assert listener.wait() == code
    assert len(deliveries(home)) == 1


def test_what_was_accepted_is_passed_on_before_the_end(home: Home, sink: RawServer):
    listener = home.listen("--forward-to", sink.port)
    with Client(listener.port) as client:
        client.send(*(request(b"POST", b"/%d" % number) for number in range(100)))
        assert [client.reply().status for _ in range(100)] == [200] * 100
    assert listener.stop() == 0
    assert [arrived(raw).line for raw in sink.requests] == [f"POST /{number} HTTP/1.1" for number in range(100)]
    assert [each["status"] for each in deliveries(home)] == [200] * 100


def accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
    except OSError:
        return False
    return True


def test_a_port_that_is_taken_says_how_to_find_the_holder(home: Home):
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        said = home.run("listen", "--port", port, code=2)
        assert f"port {port}" in said.stderr
        assert "lsof" in said.stderr or "netstat" in said.stderr
        assert said.stdout == b""


def test_the_next_free_port_where_none_was_asked_for(home: Home):
    first, second = (home.start("listen", "--json") for _ in range(2))
    ports = {int(each.find(lambda said: said["type"] == "ready")["url"].rpartition(":")[2]) for each in (first, second)}
    assert len(ports) == 2
    assert all(8400 <= port < 8420 for port in ports)
    assert (first.stop(), second.stop()) == (0, 0)


def test_the_ready_block_says_which_port_is_taken_and_who_else_can_call(home: Home):
    with ExitStack() as held:
        with suppress(OSError):  # then another has it, which is as good
            held.enter_context(socket.create_server(("127.0.0.1", 8400)))
        listener = home.start("listen", "--host", "0.0.0.0")
        until(lambda: listener.lines, what="where it listens")
        assert listener.lines[0].endswith(b"  8400 is taken; other machines can call\n")
        assert listener.stop() == 0
    listener = home.start("listen", "--port", "0")
    until(lambda: listener.lines, what="where it listens")
    assert listener.lines[0].rpartition(b":")[2].strip().isdigit()
    assert listener.stop() == 0


def test_the_same_event_again_is_a_duplicate(configured: Home):
    listener = configured.listen()
    for _ in range(3):
        send(configured, "--provider", "github", "--event", "push", "--seed", "7", "--at", "2026-01-01T00:00:00Z")
    send(configured, "--provider", "github", "--event", "push", "--seed", "8")
    assert [each["duplicate_of"] for each in deliveries(configured)] == [None, 1, 1, None]
    assert "dup of #1" in configured.run("tail", "--no-follow").text
    assert listener.stop() == 0


def test_no_proxy_is_asked_whatever_the_environment_says(home: Home, sink: RawServer):
    names = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    with RawServer(answering(OK)) as proxy:
        home.environment |= dict.fromkeys(names, proxy.url)
        listener = home.listen("--forward-to", sink.port)
        send(home, "--event", "created")
        assert listener.find(lambda each: each["type"] == "attempt")["status"] == 200
        home.run("replay", "last", "--to", f"localhost:{sink.port}")
        assert listener.stop() == 0
        assert len(sink.requests) == 2
        assert proxy.connections == 0


def test_a_redirect_is_shown_and_not_followed(home: Home, sink: RawServer):
    answer = (
        b"HTTP/1.1 307 Temporary Redirect\r\nLocation: %b/elsewhere\r\nContent-Length: 0\r\n\r\n" % sink.url.encode()
    )
    with RawServer(answering(answer)) as app:
        listener = home.listen("--forward-to", app.port)
        ask(listener.port, request())
        assert listener.find(lambda each: each["type"] == "attempt")["status"] == 307
        assert home.run("replay", "last", "--json", code=5).objects[0]["status"] == 307
        assert listener.stop() == 0
    assert sink.requests == []


def test_an_app_that_is_down_costs_the_sender_nothing(home: Home):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    listener = home.listen("--forward-to", port)
    assert ask(listener.port, request()).status == 200
    said = listener.find(lambda each: each["type"] == "attempt")
    assert said["status"] is None
    assert said["error"].startswith("connection_refused: ")
    assert listener.stop() == 0


def test_the_curl_command_reproduces_the_request(home: Home, sink: RawServer):
    listener = home.listen()
    body = b"'; echo pwned; '\r\n\x01\xff$(id)`id`\\"
    ask(listener.port, request(b"PUT", b"/a/../b?c=[1]&d={e}", [(b"X-Quote", b"'\"$`\\"), (b"X-Empty", b"")], body))
    command = home.run("show", "last", "--curl").text.replace(listener.url, sink.url)
    subprocess.run(["sh", "-c", command], cwd=home.folder, capture_output=True, timeout=60, check=True)
    came = arrived(sink.requests[-1])
    assert (came.line, came.body) == ("PUT /a/../b?c=[1]&d={e} HTTP/1.1", body)
    assert came.header("X-Quote") == "'\"$`\\"
    assert came.headers.first(b"X-Empty") == b""
    assert listener.stop() == 0


# The makers' own libraries as senders: what they sign is accepted, what was changed since is refused.

BODY = json.dumps({"id": "evt_1", "type": "invoice.paid", "name": "Zoë ✓"}, ensure_ascii=False)
FORM = {"MessageSid": "SM1", "MessageStatus": "sent", "Body": "a+b & c/é", "Empty": ""}
Signed = tuple[str, dict[str, str]]


def from_stripe(url: str) -> Signed:  # noqa: ARG001 - the same for each sender
    secret = SECRETS["stripe"]
    return BODY, {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(BODY, secret, int(time.time()))}


def from_slack(url: str) -> Signed:  # noqa: ARG001 - the same for each sender
    moment = str(int(time.time()))
    signature = SignatureVerifier(SECRETS["slack"]).generate_signature(timestamp=moment, body=BODY)
    return BODY, {"X-Slack-Request-Timestamp": moment, "X-Slack-Signature": str(signature)}


def from_github(url: str) -> Signed:  # noqa: ARG001 - the same for each sender
    digest = hmac.new(SECRETS["github"].encode(), BODY.encode(), "sha256").hexdigest()
    return BODY, {"X-GitHub-Event": "push", "X-GitHub-Delivery": "1", "X-Hub-Signature-256": f"sha256={digest}"}


def from_shopify(url: str) -> Signed:  # noqa: ARG001 - the same for each sender
    digest = hmac.new(SECRETS["shopify"].encode(), BODY.encode(), "sha256").digest()
    return BODY, {"X-Shopify-Topic": "orders/paid", "X-Shopify-Hmac-Sha256": base64.b64encode(digest).decode()}


def from_standard_webhooks(url: str) -> Signed:  # noqa: ARG001 - the same for each sender
    from datetime import UTC, datetime

    moment = datetime.now(UTC)
    signature = Webhook(SECRETS["standard-webhooks"]).sign("msg_1", moment, BODY)
    stamp = str(int(moment.timestamp()))
    return BODY, {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}


def from_twilio(url: str) -> Signed:
    body = urlencode(FORM)
    signature = RequestValidator(SECRETS["twilio"]).compute_signature(
        url, dict(parse_qsl(body, keep_blank_values=True))
    )
    return body, {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}


SENDERS: dict[str, Callable[[str], Signed]] = {
    "stripe": from_stripe,
    "slack": from_slack,
    "github": from_github,
    "shopify": from_shopify,
    "standard-webhooks": from_standard_webhooks,
    "twilio": from_twilio,
}


def post(listener: Process, path: str, body: str, headers: dict[str, str]) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=60)
    connection.request("POST", path, body.encode(), {"Content-Type": "application/json", **headers})
    status = connection.getresponse().status
    connection.close()
    return status


def test_what_the_makers_libraries_sign_is_accepted_and_what_was_changed_refused(configured: Home):
    listener = configured.listen()
    for name, signed in SENDERS.items():
        path = f"/webhook/{name}"
        body, headers = signed(listener.url + path)
        assert post(listener, path, body, headers) == 200, name
        assert post(listener, path, body.replace("SM1", "SM2").replace("evt_1", "evt_2"), headers) == 401, name
    outcomes = [each["verdict"]["outcome"] for each in deliveries(configured)]
    assert outcomes == ["valid", "mismatch"] * len(SENDERS)
    assert listener.stop() == 0


def test_slack_gets_its_challenge_back(configured: Home):
    listener = configured.listen()
    body = '{"type":"url_verification","challenge":"3eZbrw1a"}'
    moment = str(int(time.time()))
    signature = str(SignatureVerifier(SECRETS["slack"]).generate_signature(timestamp=moment, body=body))
    fields = [(b"X-Slack-Request-Timestamp", moment.encode()), (b"X-Slack-Signature", signature.encode())]
    assert ask(listener.port, request(b"POST", b"/webhook/slack", fields, body.encode())).body == b"3eZbrw1a"
    assert listener.stop() == 0
