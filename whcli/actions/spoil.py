"""Signatures that must not hold: what a receiver's tests need."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from typing import NamedTuple

from whcli.actions import Clock
from whcli.actions.deliver import Sign, signer
from whcli.errors import UsageError
from whcli.http import Body, Request
from whcli.model import Secret
from whcli.signing import Scheme

MOST = 2000
"""Characters of a body that are changed in turn, until one is found that the signature covers."""


class Spoil(NamedTuple):
    """What is wrong with a signature; nothing by default."""

    wrong_secret: bool = False
    tamper: bool = False
    stale: timedelta = timedelta(0)
    """By so much the signature is older than it could be."""


def signed(  # noqa: PLR0913 - what signer takes, and what is to be wrong
    scheme: Scheme, secret: Secret, *, at: Clock, spoil: Spoil, id: str | None, url: str | None = None
) -> Sign:
    """Signs a request as of `at()`, and spoils it as asked; `url` stands for its URL in what is signed.

    What it gives raises UsageError for what cannot be spoiled so.
    """
    with_secret = Secret("a wrong secret", scheme.make_secret(_other(secret))) if spoil.wrong_secret else secret
    sign = signer(scheme, with_secret, lambda: at() - spoil.stale, url=url, id=id)
    fresh = signer(scheme, with_secret, at, url=url, id=id)

    def spoilt(request: Request) -> Request:
        done = sign(request)
        if spoil.stale and (not scheme.timed or done == fresh(request)):
            told = "--stale: this signature holds no time, so it does not grow old"
            raise UsageError(told, hint="try --wrong-secret")
        if not spoil.tamper:
            return done
        for changed in (done._replace(body=body) for body in _tampered(done.body)):
            seen = changed if url is None else changed._replace(url=url)
            if scheme.verify(seen, secrets=[secret], now=at()).outcome != "valid":
                return changed
        told = "--tamper: nothing of this body is covered by what proves who sent it"
        raise UsageError(f"{told}. {scheme.note}".rstrip(), hint="try --wrong-secret, or --unsigned")

    return spoilt if spoil.tamper or spoil.stale else sign


def _tampered(body: Body) -> Iterator[bytes]:
    """Bodies of the same length and kind with one figure or letter changed, the last one first; one for an empty body.

    Figures come before letters: a body with another figure is as well-formed as before.
    """
    if not isinstance(body, bytes):
        raise UsageError("--tamper: the body is too long to be changed")
    changes = ((bytes.isdigit, b"1", b"2"), (bytes.isalpha, b"x", b"y"))
    for fits, new, other in changes:
        places = (place for place in range(len(body) - 1, -1, -1) if fits(body[place : place + 1]))
        for place in islice(places, MOST):
            here = body[place : place + 1]
            yield body[:place] + (new if here != new else other) + body[place + 1 :]
    yield body + b" "


def _other(secret: Secret) -> bytes:
    """Entropy for a secret that is another one, the same each time."""
    from hashlib import sha256

    return sha256(b"another than " + secret.value.encode("utf-8", "surrogateescape")).digest()
