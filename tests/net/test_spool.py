"""A long body on disk: what cannot be kept is known while it is written."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from whcli.http import HELD
from whcli.net.spool import SpooledBody


def test_pieces_are_what_was_written(tmp_path: Path) -> None:
    body = SpooledBody(tmp_path)
    for piece in (b"a" * HELD, bytearray(b"bc"), b""):
        body.write(piece)
    for _ in range(2):
        assert list(body.pieces()) == [b"a" * HELD, b"bc"]
    assert len(body) == HELD + 2
    assert not list(tmp_path.iterdir())


def test_the_last_bytes_fail_when_they_are_written(tmp_path: Path) -> None:
    body = SpooledBody(tmp_path)
    body.write(b"a" * 1000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1001, limits[1]))  # a disk with room for one byte more
    try:
        with pytest.raises(OSError, match="File too large"):
            body.write(b"bc")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
