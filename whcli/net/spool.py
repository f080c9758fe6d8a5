"""A long body on its way, kept on disk rather than in memory."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from whcli.http import HELD


class SpooledBody:
    """In a file without a name, which is gone when nobody holds it."""

    __slots__ = ("_file", "_size")

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - lives as long as the body
        self._size = 0

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # there may have been no room for one
            with suppress(OSError):
                self._file.close()

    def __len__(self) -> int:
        return self._size

    def write(self, piece: bytes | bytearray) -> None:
        """Add to the end; OSError when the disk is full, now and not later: nothing waits in a buffer."""
        rest = memoryview(piece)
        while rest:
            rest = rest[self._file.write(rest) :]
        self._size += len(piece)

    def pieces(self) -> Iterator[bytes]:
        """The bytes in order, a MiB at a time."""
        position = 0
        while piece := os.pread(self._file.fileno(), HELD, position):
            position += len(piece)
            yield piece
