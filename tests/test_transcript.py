"""The first five minutes of README.md are what the program prints, but for ids, times and figures."""

from __future__ import annotations

import re
from pathlib import Path

from tests.test_docs import README, ROOT, module

CHANGING = (
    (r"[0-9a-f]{64}", "HASH"),
    (r"\b(evt|pay|ord|cus)_\w+", r"\1_"),
    (r'": "[^"]*"', '": ""'),
    (r"(?m)^  Date: .*", "  Date:"),
    (r'\{"error":.*', '{"error":'),  # cut earlier or later, by the width of the time it took
    (r"\w*…", "…"),
    (r"\d+(\.\d+)?", "0"),
    (r" +", " "),
)
"""What differs from run to run, and what stands for it."""


def shape(text: str) -> str:
    for pattern, replacement in CHANGING:
        text = re.sub(pattern, replacement, text)
    return text


def test_the_first_five_minutes_are_what_the_program_prints():
    script = module("transcript", Path(ROOT) / "scripts" / "transcript")
    fresh = script.written(README)
    assert shape(fresh) == shape(README), "run scripts/transcript"
