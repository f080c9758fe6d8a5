"""`listen`: the certificate that it shows, and the addresses that may call."""

from __future__ import annotations

import os
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

    The settings are asked where no option says which of both. Raises UsageError.
    """
    if not (tls or certificate):
        settings = env.config.settings
        tls, certificate, key = bool(settings.get("tls")), _file(env, "tls_cert"), key or _file(env, "tls_key")
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
    """The addresses that may call, by option or else by the settings; none for all. Raises UsageError."""
    kept = env.config.settings.get("allow_ip", [])
    texts = given or [str(each) for each in (kept if isinstance(kept, list) else [kept])]
    return config.ranges_of(texts, env.environment) if texts else ()


def _file(env: Env, name: str) -> Path | None:
    """A file that the settings name, as seen from where they are."""
    source, named = env.config.source, env.config.settings.get(name)
    return source.parent / os.path.expanduser(named) if source and named else None
