"""What is kept of an attempt is what was sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from whcli.actions.deliver import HIDDEN, Job, deliver
from whcli.http import Headers, Request, Response
from whcli.model import Target

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RECEIVED = sha256(b"received").digest()


class Taking:
    """A target that takes everything."""

    def __init__(self) -> None:
        self.taken: list[Request] = []

    def send(self, request: Request, *, timeout: timedelta) -> Response:  # noqa: ARG002 - the sender's argument
        self.taken.append(request)
        return Response(200)

    def close(self) -> None:
        """Nothing is open."""


@pytest.mark.parametrize(("signed", "kept"), [(b"received", RECEIVED), (b"signed", sha256(b"signed").digest())])
def test_the_hash_is_of_the_body_that_left(signed: bytes, kept: bytes) -> None:
    request = Request("POST", "http://h/", body=b"received")
    job = Job(
        request,
        Target("http://127.0.0.1:1"),
        "replay",
        delivery_id=1,
        sign=lambda request: request._replace(body=signed),
        body_sha256=RECEIVED,
    )
    assert deliver(job, sender=Taking(), clock=lambda: NOW).request_sha256 == kept


def test_credentials_of_a_target_are_sent_and_not_kept() -> None:
    request = Request("POST", "http://h/", Headers([(b"authorization", b"Bearer of-the-sender")]))
    sender = Taking()
    for target in ("http://ann:secret@127.0.0.1:1", "http://127.0.0.1:1"):
        attempt = deliver(Job(request, Target(target), "replay"), sender=sender, clock=lambda: NOW)
        assert attempt.target == "http://127.0.0.1:1/"
        assert attempt.request.url == "http://127.0.0.1:1/"
        sent, kept = (each.headers.first(b"authorization") for each in (sender.taken[-1], attempt.request))
        assert (sent, kept) == (
            (b"Basic YW5uOnNlY3JldA==", HIDDEN) if "@" in target else (b"Bearer of-the-sender", b"Bearer of-the-sender")
        )
