"""The waist: every request to a target passes here. Prepare, sign, send; the outcome is an Attempt."""

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from whcli.actions import Clock, Sending
from whcli.digest import sha256
from whcli.errors import SendError
from whcli.http import Request
from whcli.model import Attempt, AttemptCause, Secret, Target
from whcli.outgoing import prepare, redact
from whcli.signing import Scheme

if TYPE_CHECKING:
    from whcli.net.loop import Steps

KEPT = 65536
"""Bytes of an answer's body that are kept with the attempt."""
HIDDEN = b"Basic (from the target's URL)"
"""What an attempt keeps in place of credentials."""

Sign = Callable[[Request], Request]


class Job(NamedTuple):
    """One request on its way to one target."""

    request: Request
    target: Target
    cause: AttemptCause
    delivery_id: int | None = None
    number: int = 1
    sign: Sign | None = None
    """Makes the signature that the request leaves with; None to leave it as it is."""
    body_sha256: bytes | None = None
    """Of the request's body, where it is known already; `sign` may make another."""


def deliver(job: Job, *, sender: Sending, clock: Clock) -> Attempt:
    """Send one request, whatever comes of it. Raises UsageError for what cannot be put into a request at all."""
    sender.start([delivery(job, sender=sender, clock=clock)])
    attempt: Attempt = sender.turn()[0]
    return attempt


def delivery(job: Job, *, sender: Sending, clock: Clock) -> "Steps[Attempt]":
    """The steps of it, for a sender that has many under way."""
    request = _leaving(job)
    started_at = clock()
    response, error = None, None
    try:
        response = yield from sender.exchange(request, timeout=job.target.timeout)
        if len(response.body) > KEPT:
            response = response._replace(body=response.body[:KEPT])
    except SendError as failure:
        error = str(failure)
    return Attempt(
        id=0,
        delivery_id=job.delivery_id,
        cause=job.cause,
        number=job.number,
        target=redact(request.url),
        started_at=started_at,
        duration=max(clock() - started_at, timedelta(0)),
        request=_kept(request, job.target),
        response=response,
        error=error,
        resigned=job.sign is not None and job.delivery_id is not None,
        request_sha256=(request.body is job.request.body and job.body_sha256) or sha256(request.body),
    )


def _kept(request: Request, target: Target) -> Request:
    """The request as it is stored and shown: the credentials of the target's URL stay with the user."""
    if redact(target.url) == target.url:
        return request
    return request._replace(headers=request.headers.put(b"Authorization", HIDDEN))


def _leaving(job: Job) -> Request:
    request = prepare(job.request, job.target)
    if job.sign is None:
        return request
    signed = job.sign(request)
    if len(signed.body) == len(request.body):
        return signed
    return signed._replace(headers=signed.headers.put(b"Content-Length", b"%d" % len(signed.body)))


def prepared(job: Job) -> Request:
    """The request as it would leave, fit to be shown."""
    return _kept(_leaving(job), job.target)


def signer(scheme: Scheme, secret: Secret, clock: Clock, *, url: str | None = None, id: str | None = None) -> Sign:
    """Signs a request as of the moment it leaves; `url` stands for its URL where the receiver sees another one."""

    def sign(request: Request) -> Request:
        if url is None:
            return scheme.sign(request, secret=secret, now=clock(), id=id)
        signed = scheme.sign(request._replace(url=url), secret=secret, now=clock(), id=id)
        return signed._replace(url=request.url)

    return sign
