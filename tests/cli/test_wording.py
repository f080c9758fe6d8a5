"""How messages read: an error and its hint are phrases, `whcli: there is no delivery 7`; a note is a sentence."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import whcli

ROOT = Path(whcli.__file__).parent
ERRORS = {"WhcliError", "UsageError", "NotFound", "NotDelivered", "StoreError", "NotOurs", "SendError", "Mistake"}
NAMES = ("SQLite", "HTTP", "TLS", "JSON", "TOML", "PATH", "FTS5", "Content-")
"""What is written so at the beginning of a line, too."""

MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


def ends(node: ast.expr) -> tuple[str, str]:
    """How a text begins and ends, as far as the source says; a value that is set in is `{}`."""
    if isinstance(node, ast.JoinedStr):
        parts = [str(each.value) if isinstance(each, ast.Constant) else "{}" for each in node.values]
        return parts[0], parts[-1]
    text = str(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else "{}"
    return text, text


def phrases(module: Path) -> Iterator[tuple[int, str, str]]:
    """Every message and hint of an error that a module raises: its line, and how it begins and ends."""
    for node in ast.walk(ast.parse((ROOT / module).read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS:
            position = 1 if node.func.id in ("SendError", "Mistake") else 0  # behind a slug, behind keys
            said = [*node.args[position : position + 1], *(each.value for each in node.keywords if each.arg == "hint")]
            yield from ((node.lineno, *ends(each)) for each in said)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_errors_and_hints_are_phrases(module: Path):
    for line, beginning, end in phrases(module):
        assert not beginning[:1].isupper() or beginning.startswith(NAMES), f"{module}:{line} begins with a capital"
        assert not end.endswith((".", "!")) or end.endswith("…"), f"{module}:{line} ends with a full stop"
