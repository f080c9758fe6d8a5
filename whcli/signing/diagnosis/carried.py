"""Mistakes on the way of a header: renamed by a gateway or a framework, sent twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from whcli.http import Headers
from whcli.signing import Scheme, content
from whcli.signing.diagnosis.case import Case, Repair, leaves
from whcli.signing.scheme import SignatureScheme
from whcli.signing.slots import AnyHeader, Header, Slot

FRONTS = re.compile(r"^(?:http[_-])?(?:(?:x|original|forwarded|amzn|remapped)[_-])*")
"""What CGI, WSGI and gateways put before a name, or take from it."""
TELLING = re.compile(rb"sign|hmac|hash|digest|sha\d|token|webhook|auth|passcode", re.IGNORECASE)
"""In the name of a header that may hold a signature."""
SIZES = range(16, 4096)
"""Bytes of a value that may be a signature."""
MOST = 64
"""Headers that are looked at."""


def carried(case: Case) -> Iterator[Repair]:
    """The headers under the names that they had, and each as often as it was sent."""
    wanted = list(dict.fromkeys(name for leaf in leaves(case.scheme) for name in _names(leaf)))
    yield from _doubled(case, wanted)
    yield from _renamed(case, wanted)
    for leaf in leaves(case.scheme):
        names = header_names(getattr(leaf, "signature", None))
        if names and not case.request.headers.all(names[0]):
            yield from _misnamed(case, names[0])


def header_names(slot: Slot | None) -> list[bytes]:
    """The headers that a slot reads."""
    while slot is not None and hasattr(slot, "carrier"):
        slot = slot.carrier
    return [slot.key] if isinstance(slot, Header) else slot.keys if isinstance(slot, AnyHeader) else []


def _names(leaf: Scheme) -> Iterator[bytes]:
    """Every header that a scheme reads."""
    slots: list[Slot | None] = [getattr(leaf, name, None) for name in ("signature", "timestamp", "id", "digest")]
    if isinstance(leaf, SignatureScheme):
        slots += [leaf.when[0] if leaf.when else None, *content.slots(leaf.signed)]
        slots += [part for part in leaf.parts.values() if isinstance(part, Slot)]
    for slot in slots:
        yield from header_names(slot)


def canonical(name: bytes) -> str:
    """What is left of a header's name under every custom of writing it: `hubsignature` of HTTP_X_HUB_SIGNATURE."""
    return re.sub(r"[-_ .]", "", FRONTS.sub("", name.decode("ascii", "replace").lower()))


def _doubled(case: Case, wanted: list[bytes]) -> Iterator[Repair]:
    for name in wanted:
        values = case.request.headers.all(name)
        for place, value in enumerate(values[:4] if len(values) > 1 else ()):
            request = case.request._replace(headers=case.request.headers.put(name, value))
            same = len(set(values)) == 1
            told = (
                f"once {'one' if same else f'only the {ORDINAL[place]}'} of the {len(values)} {name.decode()} is kept"
            )
            yield Repair("malformed-header", told, case._replace(request=request), DOUBLED)


ORDINAL = ("first", "second", "third", "fourth")
DOUBLED = "Send the header once; a proxy or middleware between may have added the second."
RENAMED = "Pass the header on as {}; a gateway or framework between has renamed it."


def _renamed(case: Case, wanted: list[bytes]) -> Iterator[Repair]:
    """Every header that is absent, from the one whose name differs by custom only."""
    present = {name.lower() for name, _ in case.request.headers}
    absent = {canonical(name): name for name in wanted if name.lower() not in present}
    headers: list[tuple[bytes, bytes]] = []
    told: tuple[bytes, bytes] | None = None
    for came, value in case.request.headers:
        name = absent.get(canonical(came))
        if name is not None and told is None:
            told = (came, name)
        headers.append((name or came, value))
    if told is not None:
        came, name = told
        request = case.request._replace(headers=Headers(headers))
        yield Repair("missing-header", _as(came, name), case._replace(request=request), RENAMED.format(name.decode()))


def _as(came: bytes, name: bytes) -> str:
    return f"once {came[:100].decode('ascii', 'backslashreplace')} is called {name.decode()}"


def _misnamed(case: Case, name: bytes) -> Iterator[Repair]:
    """The signature from any header that may hold one."""
    for came, value in case.request.headers[:MOST]:
        if len(value) in SIZES and TELLING.search(came):
            request = case.request._replace(headers=case.request.headers.put(name, value))
            yield Repair(
                "missing-header", _as(came, name), case._replace(request=request), RENAMED.format(name.decode())
            )
