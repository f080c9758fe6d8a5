"""What is kept of an attempt is what was sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from whcli.actions.deliver import Job, deliver
from whcli.http import Request, Response
from whcli.model import Target

NOW = datetime(2026, 3, 1, tzinfo=UTC)
RECEIVED = sha256(b"received").digest()


class Taking:
    """A target that takes everything."""

    def send(self, request: Request, *, timeout: timedelta) -> Response:  # noqa: ARG002 - the sender's arguments
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
