"""What the tests of the whole program share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.process import Home


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """A user's folder; whatever is started in it ends with the test."""
    found = Home(tmp_path)
    yield found
    found.close()
