"""README.md says what the program does: written parts are fresh, commands parse, files work as they stand there."""

from __future__ import annotations

import importlib.util
import json
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from whcli import cli, config, events, providers
from whcli.cli import manual
from whcli.http import Headers, Request
from whcli.model import Secret

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
SCRIPT = ROOT / "scripts" / "docs"


def module(name: str, path: Path) -> ModuleType:
    """A file as a module, whatever it is called."""
    spec = importlib.util.spec_from_loader(name, SourceFileLoader(name, str(path)))
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


@pytest.fixture(scope="module")
def docs() -> ModuleType:
    return module("docs", SCRIPT)


def blocks(language: str) -> list[str]:
    """The README's blocks in a language, without the indentation they stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^\1```$", README, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(text) for _, text in found]


def lines() -> Iterator[str]:
    """Every command line that the README shows."""
    for block in blocks("console"):
        yield from (line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ "))


def spoken() -> set[str]:
    """Every command line of whcli in the README's text."""
    return set(re.findall(r"`(whcli [a-z][^`]*)`", re.sub(r"\s+", " ", README)))


def words(line: str) -> list[str]:
    """The words of a line up to a redirection or an ellipsis that stands for more."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=">&|;")
    lexer.whitespace_split = True
    found = []
    for word in lexer:
        if word in {">", "&&", "|", ";", "…"}:
            break
        found.append(word)
    return found


def parsed(line: str) -> None:
    """Hold a command line to the options of its command, and to the names there are."""
    _, name, *rest = words(line)
    context = cli.load(name).make_context(name, rest)
    given = context.params
    if given.get("provider"):
        assert given["provider"] in providers.names()
    if given.get("event") and name == "send":
        assert given["event"] in events.types(given["provider"])


COMMAND_LINES = sorted({line for line in lines() if line.startswith("whcli ")})


def test_the_written_parts_are_fresh(docs: ModuleType):
    assert docs.written(README) == README, "run scripts/docs"


def test_a_stale_readme_is_told(docs: ModuleType):
    stale = README.replace("### whcli list", "### whcli lost").replace("[stripe](", "[strip](")
    assert stale != README
    assert docs.written(stale) == README
    with pytest.raises(ValueError, match="0 places for filters"):
        docs.written(README.replace("<!-- end of filters -->", ""))


def test_the_script_checks():
    done = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_two_commands_come_first():
    assert list(lines())[:2] == ["scripts/whcli listen", "scripts/test"]
    assert all((ROOT / line.split()[0]).exists() for line in lines() if line.startswith("scripts/"))
    assert all(line.startswith(("whcli ", "scripts/")) for line in lines())


@pytest.mark.parametrize("line", COMMAND_LINES)
def test_a_command_line_parses(line: str):
    parsed(line)


def test_what_the_text_names_parses():
    for line in sorted(spoken()):
        name = line.split()[1]
        assert name in cli.COMMANDS, line
        if not {"NAME", "--help"} & set(line.split()):
            parsed(line)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_command_has_an_example_that_parses(name: str):
    _, examples = manual.told(cli.load(name).help)
    assert examples
    for line in examples:
        assert line.startswith(f"whcli {name}")
        parsed(line)


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_option_says_what_it_takes(name: str):
    for param in cli.load(name).params:
        assert param.help, param.name
        assert param.is_flag if param.param_type_name == "option" and not param.metavar else True, param.name


def test_the_settings_are_settings(tmp_path: Path):
    found = blocks("toml")
    assert len(found) == 5
    names = dict.fromkeys(re.findall(r"env:(\w+)", README), "s")
    (tmp_path / ".secrets").mkdir()
    (tmp_path / ".secrets" / "stripe-old").write_text("old")
    for text in found:
        path = tmp_path / "whcli.toml"
        path.write_text(text.replace("~/", ""), "utf-8")
        read = config.load(db=None, path=path, folder=tmp_path, environment={**names, "HOME": str(tmp_path)})
        assert all(endpoint.secrets for endpoint in read.endpoints.values())
        assert all(provider.scheme.describe() for provider in read.providers.values())


def test_the_provider_that_is_added_works(tmp_path: Path):
    [source] = [block for block in blocks("python") if "PROVIDER" in block]
    vectors, shared, event = (json.loads(text) for text in blocks("json"))
    path = tmp_path / "acme.py"
    path.write_text(source, "utf-8")
    provider = module("acme", path).PROVIDER
    [vector] = vectors
    headers = Headers((name.encode(), value.encode()) for name, value in vector["headers"])
    request = Request("POST", vector["url"], headers, vector["body"].encode())
    at = datetime.fromtimestamp(vector["at"], UTC)
    assert provider.scheme.verify(request, secrets=[Secret("s", vector["secret"])], now=at).outcome == "valid"
    assert providers.describe(request, provider) == (vector["event_type"], vector["event_id"])
    published = json.loads((ROOT / "tests/vectors/stripe.json").read_text("utf-8"))
    assert vector.keys() == published[0].keys()
    assert shared.keys() >= {"headers", "body", "payload"}
    assert event.keys() >= {"source", "version", "about"}


def test_files_and_folders_that_it_names_exist():
    named = set(re.findall(r"`((?:whcli|tests|scripts|\.ci)/[\w./-]+)`", README))
    assert named
    for name in named:
        assert "acme" in name or (ROOT / name).exists(), name


def test_it_names_no_place_of_ours():
    text = re.sub(r"\(https://[^)]*\)", "", README).casefold()  # less the providers' own pages, npm's among them
    for word in ("pypi", "npmjs", "/work", "/tmp", "/root", "todo", "issue #"):
        assert word not in text, word
