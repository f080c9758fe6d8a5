"""Who may call: addresses and ranges of them, given one by one or as a list that a provider publishes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from whcli.errors import UsageError

Network = IPv4Network | IPv6Network

PUBLISHED = {
    "github": "https://api.github.com/meta",
    "stripe": "https://stripe.com/files/ips/ips_webhooks.json",
}
"""Where providers keep the list of the addresses they call from."""

KEYS = ("hooks", "WEBHOOKS")
"""Under which a published list has those that webhooks come from: GitHub's, Stripe's."""

_SHOWN = 60
FORMS = "an address (192.0.2.7), a range (192.0.2.0/24, 2001:db8::/32), or the name of a list that you keep (github)"


def parse(text: str) -> Network:
    """An address or a range; what stands behind the prefix is not looked at. Raises UsageError."""
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise UsageError(f"{text[:_SHOWN]!r} is no range of addresses", hint=FORMS) from None


def read(content: str, *, source: str) -> tuple[Network, ...]:
    """The ranges of a list: one a line, `#` begins a comment; or JSON, as GitHub and Stripe publish it.

    Raises UsageError that names `source` for a list that is damaged, or empty: nobody could call.
    """
    texts = _of_json(content, source) if content.lstrip()[:1] in ("{", "[") else _of_lines(content)
    try:
        found = tuple(parse(text) for text in texts)
    except UsageError as error:
        raise UsageError(f"{source}: {error.message}", hint="one range a line, or the JSON that is published") from None
    if not found:
        raise UsageError(f"{source} names no address", hint="one range a line, or the JSON that is published")
    return found


def allows(networks: Sequence[Network], address: str | None) -> bool:
    """Whether an address lies in one of the ranges; what is no address lies in none."""
    try:
        known = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    if isinstance(known, IPv6Address) and known.ipv4_mapped:  # as a socket for both families tells it
        known = known.ipv4_mapped
    return any(known in network for network in networks)


def _of_lines(content: str) -> Iterable[str]:
    lines = (line.partition("#")[0].strip() for line in content.splitlines())
    return [line for line in lines if line]


def _of_json(content: str, source: str) -> Iterable[str]:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        raise UsageError(f"{source} is not JSON", hint="fetch it again; it may be cut off") from None
    if isinstance(value, dict):
        value = next((value[key] for key in KEYS if key in value), None)
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise UsageError(f"{source} has no list of addresses", hint=f"a list, or one under {' or '.join(KEYS)}")
    return value
