"""Tunnels: a public URL for the listener. One interface, one module for each kind of tunnel.

To add one: write a module with a `Kind`, name it in TUNNELS. Lists, help and option errors find it there.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from whcli.errors import TunnelError, UsageError
from whcli.filters import parse_span
from whcli.http import Response
from whcli.outgoing import redact

__all__ = ["TUNNELS", "Kind", "Option", "Place", "Tunnel", "TunnelError", "TunnelEvent", "TunnelInfo", "find", "get"]

START_SECONDS = 7.0
"""For a tunnel to open, from the first look for its program on; with the end of a process that is stubborn, an error
is shown within ten."""

GRACE_SECONDS = 1.0
"""For which a process that was asked to end may take to do so."""


class TunnelInfo(NamedTuple):
    """A tunnel that is open, as far as it says so itself."""

    public_url: str
    """Without a slash at its end."""
    pid: int | None = None
    """Of the process that holds it open."""
    caller: bytes | None = None
    """The header whose last value is the address of who called. Only one that this tunnel sets itself, on every
    request, whatever the caller sent; None where there is none, as with a bare port that was forwarded."""
    note: str | None = None
    """What the user should know of it: that it ends after an hour."""


class TunnelEvent(NamedTuple):
    """What a tunnel noticed of itself."""

    state: str
    """`up`, also after a URL changed, or `down`."""
    reason: str | None = None
    """Why it is down, a phrase."""
    hint: str | None = None
    public_url: str | None = None
    """Where it is another than before."""
    slug: str | None = None


class Tunnel(Protocol):
    """One tunnel. After `close` it may be opened again."""

    async def open(self, local: str) -> TunnelInfo:
        """Lead a public URL to `local`, which is `http://127.0.0.1:8400`.

        Within START_SECONDS, whatever happens. Raises TunnelError, and leaves no process then.
        """
        ...

    def watch(self) -> AsyncIterator[TunnelEvent]:
        """What happens to the open tunnel. Ends when it is gone for good, after an event that says why."""
        ...

    async def close(self) -> None:
        """End it, and every process of it, by force after GRACE_SECONDS. Does nothing where it is not open."""
        ...


class Place(NamedTuple):
    """Where a tunnel finds itself: all that it may know of the user's machine."""

    environment: Mapping[str, str]
    folder: Path
    """The one that relative names are meant from."""
    state: Path
    """The user's folder for what whcli remembers of processes; made when it is needed."""
    confirm: Callable[[str], bool] | None = None
    """Asks the user to agree; None where nobody is there to be asked."""


class Option(NamedTuple):
    """What can be said of a kind of tunnel, as `--tunnel-option NAME=VALUE`."""

    name: str
    help: str
    metavar: str = "TEXT"
    read: Callable[[str], Any] = str
    """Gives the value; raises ValueError with a phrase that says what it should be."""
    default: Any = None


class Kind(NamedTuple):
    """A kind of tunnel: what there is to know of it, and how one is made."""

    name: str
    title: str
    docs: str
    needs: str
    """What has to be there first, a phrase: `the program ngrok, and an account`."""
    make: Callable[[Mapping[str, Any], Place], Tunnel]
    """Of checked options, one for each that is declared. Raises UsageError for what does not go together."""
    options: tuple[Option, ...] = ()
    explain: Callable[[Response], TunnelError | None] = lambda _: None
    """What an answer of the tunnel's own servers means, where the listener's was expected; None for another's."""
    example: str = ""
    """What follows `--tunnel`, where the name alone does not do."""
    check_seconds: float = 30.0
    """How long a silent tunnel is trusted before it is probed again; more where each request costs."""


TUNNELS: Mapping[str, str] = {
    "ngrok": "whcli.tunnels.ngrok:NGROK",
    "cloudflared": "whcli.tunnels.cloudflared:CLOUDFLARED",
    "ssh": "whcli.tunnels.ssh:SSH",
    "localhost.run": "whcli.tunnels.ssh_services:LOCALHOST_RUN",
    "pinggy": "whcli.tunnels.ssh_services:PINGGY",
    "serveo": "whcli.tunnels.ssh_services:SERVEO",
}
"""Each kind by name, as the place of its Kind: it is imported when it is asked for."""


def get(name: str) -> Kind:
    """A kind of tunnel by its name. Raises UsageError that names those there are."""
    if name not in TUNNELS:
        raise UsageError(f"there is no tunnel {name!r}", hint=f"there are: {', '.join(TUNNELS)}")
    module, _, attribute = TUNNELS[name].partition(":")
    kind: Kind = getattr(import_module(module), attribute)
    return kind


def find(named: str) -> tuple[Kind, dict[str, str]]:
    """What `--tunnel` names: a kind, or the URL of a server, whose scheme is the kind and which is its option `to`.

    Raises UsageError.
    """
    scheme, mark, _ = named.partition("://")
    return (get(scheme), {"to": named}) if mark else (get(named), {})


def _seconds(text: str) -> float:
    seconds = parse_span(text).total_seconds()
    if seconds < SHORTEST:
        raise ValueError("less than a second")
    return seconds


SHORTEST = 1
CHECK = Option("check", "How long a silent tunnel is trusted before it is probed again.", "SPAN", _seconds)
"""What every kind of tunnel takes; what it gives is for who watches the tunnel."""


def options_of(kind: Kind) -> tuple[Option, ...]:
    """All that a kind can be told."""
    return (*kind.options, CHECK._replace(default=kind.check_seconds))


def read_options(kind: Kind, given: Mapping[str, str]) -> dict[str, Any]:
    """The value of every option of a kind, from the words given. Raises UsageError for one that it does not have."""
    known = {option.name: option for option in options_of(kind)}
    for name in given:
        if name not in known:
            raise UsageError(f"the tunnel {kind.name} has no option {name!r}", hint=f"it takes: {', '.join(known)}")
    values = {}
    for name, option in known.items():
        try:
            values[name] = option.read(given[name]) if name in given else option.default
        except ValueError as error:
            raise UsageError(
                f"{name}={redact(given[name])}: {error}", hint=f"{name}={option.metavar}: {option.help}"
            ) from error
    return values
