"""Tunnels as they were: states to rows, and the gaps between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from whcli.model import Gap, TunnelState
from whcli.store.rows import Row, micros, when

INSERT = (
    "INSERT INTO tunnel_states (at, tunnel, state, public_url, checked, reason, slug, listener)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
ALL = "SELECT at, tunnel, state, public_url, reason, listener FROM tunnel_states ORDER BY id"


def row(state: TunnelState, listener: int) -> Row:
    """A state in the order of INSERT; `listener` is the process id of the whcli that saw it."""
    return (
        micros(state.at), state.tunnel, state.state, state.public_url, state.checked, state.reason, state.slug,
        listener,
    )  # fmt: skip


def gaps(states: Iterable[Row]) -> Iterator[Gap]:
    """The times in which nothing could come, in the order in which they ended; those that did not end come last."""
    open_: dict[int, Gap] = {}
    for at, tunnel, state, public_url, reason, listener in states:
        if state == "down":
            begun = open_.get(listener) or Gap(tunnel, when(at), None, public_url, reason)
            open_[listener] = begun._replace(reason=begun.reason or reason)
        elif (gap := open_.pop(listener, None)) is not None:
            yield gap if state == "opening" else gap._replace(ended_at=when(at))
    yield from open_.values()
