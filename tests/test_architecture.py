"""The layers, read from the imports: what may know of what."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent / "whcli"

LAYERS = {
    "values": ("errors", "http", "model", "digest", "reply", "own"),
    "pure": (
        "signing", "providers", "events", "formats", "filters", "schedule", "outgoing", "paths", "jsontext", "ranges",
        "findings",
    ),
    "edges": ("config", "store", "net", "tunnels"),
    "actions": ("actions",),
    "view": ("view",),
    "faces": ("cli", "library", "__main__"),
}  # fmt: skip
MAY_IMPORT = {
    "values": {"values"},
    "pure": {"values", "pure"},
    "edges": {"values", "pure"},  # never one another: see below
    "actions": {"values", "pure", "actions"},  # edges as types only
    "view": {"values", "pure", "view"},
    "faces": {"values", "pure", "edges", "actions", "view", "faces", "package"},
}
LIBRARIES = {
    "store": {"sqlite3", "sqlite_utils"},
    "net": {"aiohttp", "asyncio", "ssl", "socket", "cryptography"},
    "tunnels": {"asyncio", "pyngrok", "subprocess"},
    "config": {"tomllib", "platformdirs", "keyring"},
    "cli": {"typer", "rich", "asyncio", "socket", "secrets"},
    "actions": {"asyncio"},
    "signing": {"cryptography"},
    "view": {"rich"},
}
WORLDLY = {
    "aiohttp", "asyncio", "socket", "ssl", "sqlite3", "sqlite_utils", "subprocess", "threading", "typer", "rich",
    "platformdirs", "keyring", "tomllib", "pyngrok", "cryptography", "urllib.request",
    "http.client", "secrets",
}  # fmt: skip
IMPURE_CALLS = {"now", "utcnow", "time", "monotonic", "getenv", "urandom", "token_bytes", "uuid4", "sleep"}

MODULES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.py"))


def part(module: Path) -> str:
    return module.with_suffix("").parts[0]


def layer_of(name: str) -> str:
    return next((layer for layer, parts in LAYERS.items() if name in parts), "package")


def imports(module: Path, *, at_run_time: bool) -> set[str]:
    """Every module that a file imports, whole names; those under TYPE_CHECKING only where asked for."""
    tree = ast.parse((ROOT / module).read_text())
    if at_run_time:
        for node in ast.walk(tree):
            if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
                node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "whcli":
                found |= {f"whcli.{alias.name}" for alias in node.names}
            else:
                found.add(node.module)
    return found


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_module_imports_only_what_its_layer_may(module):
    own = part(module)
    layer = layer_of(own)
    if layer == "package":
        assert own == "__init__"
        return
    for name in imports(module, at_run_time=True):
        pieces = name.split(".")
        if pieces[0] != "whcli":
            continue
        other = pieces[1] if len(pieces) > 1 else "__init__"
        other_layer = layer_of(other)
        assert other == own or other_layer in MAY_IMPORT[layer] - ({layer} if layer == "edges" else set()), (
            f"{module} ({layer}) imports {name} ({other_layer})"
        )


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_a_library_is_known_to_the_edge_that_wraps_it_alone(module):
    own = part(module)
    allowed = LIBRARIES.get(own, set()) | (set() if layer_of(own) in ("values", "pure") else {"threading"})
    names = imports(module, at_run_time=True)
    used = {name.split(".")[0] for name in names if name.split(".")[0] in WORLDLY or name in WORLDLY}
    assert used <= allowed, f"{module} imports {used - allowed}"


@pytest.mark.parametrize("module", [m for m in MODULES if layer_of(part(m)) in ("values", "pure")], ids=str)
def test_values_and_rules_read_no_clock_environment_or_random_source(module):
    tree = ast.parse((ROOT / module).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            assert ast.unparse(node) != "os.environ", f"{module}:{node.lineno}"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            owner = ast.unparse(node.func.value)
            impure = node.func.attr in IMPURE_CALLS and owner in ("datetime", "time", "os", "secrets", "uuid")
            assert not impure, f"{module}:{node.lineno} calls {ast.unparse(node.func)}"


def test_every_part_has_a_layer():
    known = {name for parts in LAYERS.values() for name in parts} | {"__init__"}
    assert {part(module) for module in MODULES} == known
