"""`listen`: the certificate that it shows, and the addresses that may call."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from whcli import config
from whcli.cli.env import Env, now
from whcli.errors import UsageError

if TYPE_CHECKING:
    from whcli.net.certificate import Identity
    from whcli.ranges import Network

ANY = ("", "0.0.0.0", "::")  # noqa: S104 - not bound
"""Hosts that stand for every address, and are the name of none."""


def identity(env: Env, *, tls: bool, certificate: Path | None, key: Path | None, host: str) -> Identity | None:
    """The certificate given, or the one that is kept beside the database; None where HTTPS is not asked for.

    Raises UsageError.
    """
    if key and not certificate:
        raise UsageError("--tls-key is for a certificate, and there is none", hint="--tls-cert FILE, or --tls alone")
    if tls and certificate:
        raise UsageError("--tls makes a certificate, --tls-cert names one", hint="leave one of them out")
    if not (tls or certificate):
        return None
    from whcli.net import certificate as certificates

    if certificate:
        return certificates.given(certificate, key)
    names = [name for name in (socket.gethostname(), host) if name not in ANY]
    return certificates.made(env.writable_store.path, names, now=now())


def allowed(env: Env, given: Sequence[str] | None) -> tuple[Network, ...]:
    """The addresses that may call; none for all. Raises UsageError."""
    return config.ranges_of(given, env.environment) if given else ()
