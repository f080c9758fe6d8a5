"""When does the database change? Without asking all the time, where the system tells."""

from __future__ import annotations

import ctypes
import os
import select
import sys
import time
from pathlib import Path

POLL_SECONDS = 0.05
"""Between looks where the system does not tell."""

_IN_MODIFY = 0x2


class Watch:
    """Waits for another process to write to a database. Close it."""

    def __init__(self, path: Path) -> None:
        path = path.resolve()  # behind a link: SQLite keeps its log beside the file itself
        self._names = {os.fsencode(path.name), os.fsencode(path.name + "-wal")}
        self._inotify = _inotify(path.parent)

    def close(self) -> None:
        """Stop watching."""
        if self._inotify is not None:
            os.close(self._inotify)

    def wait(self, seconds: float) -> bool:
        """Return when something was written, at the latest after `seconds`; False if nothing was.

        What was written may not be committed yet, the log being written before it is synced: look more than once.
        """
        if self._inotify is None:
            time.sleep(min(seconds, POLL_SECONDS))
            return True
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and select.select([self._inotify], [], [], left)[0]:
            if any(name in self._names for name in _names(os.read(self._inotify, 65536))):
                return True
        return False


def _names(events: bytes) -> list[bytes]:
    """The file names in a block of events: 16 bytes, the last four the length of the name behind (inotify(7))."""
    names = []
    position = 0
    while position < len(events):
        length = int.from_bytes(events[position + 12 : position + 16], sys.byteorder)
        names.append(events[position + 16 : position + 16 + length].rstrip(b"\0"))
        position += 16 + length
    return names


def _inotify(folder: Path) -> int | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        descriptor = int(libc.inotify_init1(os.O_CLOEXEC | os.O_NONBLOCK))
        if descriptor >= 0 and libc.inotify_add_watch(descriptor, os.fsencode(folder), _IN_MODIFY) >= 0:
            return descriptor
    except (OSError, AttributeError):
        return None
    if descriptor >= 0:
        os.close(descriptor)
    return None
