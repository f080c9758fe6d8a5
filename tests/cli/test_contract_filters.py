"""Filters that can match nothing say so."""

from __future__ import annotations

import pytest

from tests.process import Home


@pytest.mark.parametrize("command", ["list", "tail --no-follow", "replay --to 1", "forward --to 1"])
def test_a_provider_that_nobody_knows_is_told_with_the_nearest(home: Home, command: str):
    assert "did you mean stripe" in home.run(*command.split(), "--provider", "strip", code=3).stderr
