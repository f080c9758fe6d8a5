"""What is kept of an attempt is what was sent."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from tests.net.raw import RawServer, answering
from whcli.actions.deliver import HIDDEN, Job, deliver, prepared
from whcli.http import Headers, Request
from whcli.model import Target
from whcli.net.sender import Sender

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RECEIVED = sha256(b"received").digest()


@pytest.mark.parametrize(("signed", "kept"), [(b"received", RECEIVED), (b"signed", sha256(b"signed").digest())])
def test_the_hash_is_of_the_body_that_left(signed: bytes, kept: bytes) -> None:
    with RawServer(answering()) as server, Sender() as sender:
        job = Job(
            Request("POST", "http://h/", body=b"received"),
            Target(server.url),
            "replay",
            delivery_id=1,
            sign=lambda request: request._replace(body=signed),
            body_sha256=RECEIVED,
        )
        assert deliver(job, sender=sender, clock=lambda: NOW).request_sha256 == kept


def test_what_a_closed_sender_is_given_has_an_attempt_all_the_same() -> None:
    with RawServer(answering()) as server, Sender() as sender:
        sender.close()
        attempt = deliver(
            Job(Request("POST", "http://h/"), Target(server.url), "forward"), sender=sender, clock=lambda: NOW
        )
        assert (attempt.error or "").startswith("cancelled: ")
        assert server.connections == 0


def test_credentials_of_a_target_are_sent_and_neither_kept_nor_shown() -> None:
    request = Request("POST", "http://h/", Headers([(b"authorization", b"Bearer of-the-sender")]))
    with RawServer(answering()) as server, Sender() as sender:
        for user, sent, kept in (
            ("ann:secret@", b"Basic YW5uOnNlY3JldA==", HIDDEN),
            ("", b"Bearer of-the-sender", b"Bearer of-the-sender"),
        ):
            job = Job(request, Target(f"http://{user}127.0.0.1:{server.port}"), "replay")
            shown = prepared(job)
            attempt = deliver(job, sender=sender, clock=lambda: NOW)
            assert attempt.target == attempt.request.url == shown.url == f"{server.url}/"
            assert b"\r\nauthorization: " + sent + b"\r\n" in server.requests[-1]
            assert attempt.request.headers.first(b"authorization") == kept
            assert shown == attempt.request


def test_a_signature_within_the_body_makes_it_longer_and_the_length_says_so() -> None:
    with RawServer(answering()) as server, Sender() as sender:
        job = Job(
            Request("POST", "http://h/", body=b"{}"),
            Target(server.url),
            "send",
            sign=lambda request: request._replace(body=b'{"signature":"1"}'),
        )
        assert deliver(job, sender=sender, clock=lambda: NOW).error is None
        assert b"Content-Length: 17\r\n" in server.requests[0]
