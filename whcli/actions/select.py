"""Which deliveries a user means: `42`, `40-45`, `last`, `last~2`, an event's id or its unique beginning."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from whcli.errors import NotFound, UsageError

if TYPE_CHECKING:
    from whcli.store import Store

HINT = "whcli list shows those there are"
MOST_DIGITS = 18
"""Of an id: what SQLite's integers hold."""


def select(store: Store, names: Iterable[str]) -> list[int]:
    """The ids that names stand for, in the order given, each once. Raises NotFound, UsageError."""
    return list(dict.fromkeys(id_ for name in names for id_ in _ids(store, name)))


def _ids(store: Store, name: str) -> list[int]:
    if match := re.fullmatch(r"last(?:~(\d{1,6}))?", name, re.ASCII):
        back = int(match[1] or 0)
        newest = store.newest(back + 1)
        if len(newest) <= back:
            raise NotFound(f"there is no {name}: {len(newest)} deliveries are stored", hint=HINT)
        return [newest[back]]
    if match := re.fullmatch(rf"(\d{{1,{MOST_DIGITS}}})-(\d{{1,{MOST_DIGITS}}})", name, re.ASCII):
        first, last = int(match[1]), int(match[2])
        if first > last:
            raise UsageError(f"{name} runs backwards", hint=f"did you mean {last}-{first}?")
        if not (ids := store.ids_between(first, last)):
            raise NotFound(f"there are no deliveries {name}", hint=HINT)
        return ids
    if re.fullmatch(rf"#?\d{{1,{MOST_DIGITS}}}", name, re.ASCII) and (
        ids := store.ids_between(int(name.lstrip("#")), int(name.lstrip("#")))
    ):
        return ids
    return [_of_event(store, name)]


def _of_event(store: Store, beginning: str) -> int:
    found = store.ids_of_event(beginning) if beginning else []
    if not found:
        raise NotFound(f"there is no delivery {beginning}", hint=HINT)
    if found[0][0] == beginning or len(found) == 1:
        return found[0][1]
    some = ", ".join(event_id for event_id, _ in found[:3])
    raise UsageError(f"{beginning} begins the ids of {len(found)} events or more", hint=f"say more of it: {some}, …")
