"""Which addresses a target may have. What is checked here is what is connected to: there is no second lookup."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from whcli.errors import SendError

Address = IPv4Address | IPv6Address

# "This host" in its spellings. Apps print `Listening on 0.0.0.0`; it is an address to listen on, not to call.
HERE = {"localhost": ("127.0.0.1", "::1"), "0.0.0.0": ("127.0.0.1",), "::": ("::1",)}  # noqa: S104 - not bound

# Where clouds keep credentials for the asking: link-local, and the two outside of it.
METADATA = tuple(map(ip_network, ("169.254.0.0/16", "fe80::/10", "fd00:ec2::254/128", "100.100.100.200/32")))
NAT64 = ip_network("64:ff9b::/96")
LOCAL_NAT64 = ip_network("64:ff9b:1::/48")


def literal(host: str) -> list[str] | None:
    """The addresses of a host that needs no lookup; None for a name."""
    host = host.lower()
    if host in HERE or host.endswith(".localhost"):  # RFC 6761, 6.3
        return list(HERE.get(host, HERE["localhost"]))
    try:
        return [str(ip_address(host))]
    except ValueError:
        return None


def look_up(host: str, done: Callable[[list[str] | OSError], None]) -> None:
    """Ask the system for a name's addresses and hand over what it says; for a thread, as it may take long."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        done(error if isinstance(error, OSError) else OSError("not a name"))
    else:
        done(list(dict.fromkeys(str(entry[4][0]) for entry in found)))


def allowed(addresses: list[str], *, allow_remote: bool, name: str, public_only: bool = False) -> list[str]:
    """Those that may be connected to, of the public internet alone with `public_only`.

    Raises SendError `not_allowed` if none may.
    """
    known = [(text, _plain(ip_address(text.partition("%")[0]))) for text in addresses]
    if public_only:
        if near := [text for text, address in known if _public(address)]:
            return near
        raise SendError("not_allowed", f"{name} has no address on the public internet")
    callable_ = [(text, address) for text, address in known if not any(address in net for net in METADATA)]
    if not callable_:
        raise SendError(
            "not_allowed", f"{name} is a link-local or metadata address, which is never called; name another target"
        )
    near = [text for text, address in callable_ if allow_remote or address.is_loopback]
    if not near:
        raise SendError("not_allowed", f"{name} is not this machine: add --allow-remote if it is meant")
    return near


def _public(address: Address) -> bool:
    """Whether an address leads out to the internet, and to no network behind a gateway (RFC 3056, 4380, 8215)."""
    if isinstance(address, IPv6Address) and (address.sixtofour or address.teredo or address in LOCAL_NAT64):
        return False
    return address.is_global and not address.is_multicast and not any(address in net for net in METADATA)


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that leads to it (RFC 4291, 2.5.5.2; RFC 6052)."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
