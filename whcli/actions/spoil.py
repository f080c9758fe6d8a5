"""Signatures that must not hold: what a receiver's tests need."""

from datetime import timedelta
from typing import NamedTuple

from whcli.actions import Clock
from whcli.actions.deliver import Sign, signer
from whcli.http import Request
from whcli.model import Secret
from whcli.signing import Scheme


class Spoil(NamedTuple):
    """What is wrong with a signature; nothing by default."""

    wrong_secret: bool = False
    tamper: bool = False
    stale: timedelta = timedelta(0)
    """By so much the signature is older than it could be."""


def signed(scheme: Scheme, secret: Secret, *, at: Clock, spoil: Spoil, id: str | None) -> Sign:
    """Signs a request as of `at()`, and spoils it as asked."""
    if spoil.wrong_secret:
        secret = Secret("a wrong secret", scheme.make_secret(_other(secret)))
    sign = signer(scheme, secret, lambda: at() - spoil.stale, id=id)

    def spoilt(request: Request) -> Request:
        done = sign(request)
        return done._replace(body=tampered(done.body)) if isinstance(done.body, bytes) else done

    return spoilt if spoil.tamper else sign


def tampered(body: bytes) -> bytes:
    """A body of the same length and kind with one figure or letter changed, as late as there is one."""
    for index in range(len(body) - 1, -1, -1):
        here = body[index : index + 1]
        if here.isdigit():
            return body[:index] + (b"1" if here != b"1" else b"2") + body[index + 1 :]
    for index in range(len(body) - 1, -1, -1):
        here = body[index : index + 1]
        if here.isalpha():
            return body[:index] + (b"x" if here != b"x" else b"y") + body[index + 1 :]
    return body + b" "


def _other(secret: Secret) -> bytes:
    """Entropy for a secret that is another one, the same each time."""
    from hashlib import sha256

    return sha256(b"another than " + secret.value.encode("utf-8", "surrogateescape")).digest()
