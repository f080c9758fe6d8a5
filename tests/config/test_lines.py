"""The line of a key, in whichever of TOML's ways it is set."""

from __future__ import annotations

from pathlib import Path

import pytest

from whcli.config.lines import File, line_of

TEXT = '''# settings
port = 1

[providers.acme]
# encoding = "in a comment"
signature = "header:X"
signed = """
encoding = 3
{body}"""
events = [
  "a",  # encoding = 4
  "b",
]
"encoding" = "hx"
[endpoints]
shop = { secret = "s", tolerance = "5m" }
blog.secret = "t"
[providers."other"]
'''


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ("port", 2),
        ("providers", 4),
        ("providers acme", 4),
        ("providers acme signature", 6),
        ("providers acme signed", 7),
        ("providers acme events", 10),
        ("providers acme encoding", 14),
        ("endpoints", 15),
        ("endpoints shop tolerance", 16),
        ("endpoints blog secret", 17),
        ("providers other", 18),
        ("providers nobody", None),
        ("port of", None),
    ],
)
def test_the_line_of_a_key(keys: str, line: int | None):
    assert line_of(TEXT, keys.split()) == line


def test_a_mistake_is_told_at_the_nearest_place_that_is_written():
    file = File(Path("whcli.toml"), TEXT)
    assert file.mistake(["providers", "acme", "timestamp"], "lacks").message == "whcli.toml, line 4: lacks"
    assert file.mistake(["host"], "lacks").message == "whcli.toml: lacks"


def test_a_thousand_tables_are_no_trouble():
    text = "\n".join(f"[endpoints.e{number}]\nsecret = 's'" for number in range(1000))
    assert line_of(text, ["endpoints", "e998", "secret"]) == 1998
