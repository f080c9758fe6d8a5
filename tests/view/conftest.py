from __future__ import annotations

import time

import pytest


@pytest.fixture(autouse=True, scope="package")
def _utc():
    """The wall clock of these tests hangs in Greenwich."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()
