"""A command line that cannot be understood: one line, and a hint that mends it, whoever found the mistake."""

from __future__ import annotations

import subprocess

import pytest

from tests.process import PROGRAM, Home
from whcli.cli import COMMANDS, load

MISTAKES = {
    "list --limt 3": ("there is no option --limt", "did you mean --limit?"),
    "list -x": ("there is no option -x", "whcli list --help tells what it takes"),
    "list --db w.db": ("there is no option --db", "it stands before the command: whcli --db … list"),
    "--json list": ("there is no option --json", "whcli --help tells what it takes"),
    "--debg list": ("there is no option --debg", "did you mean --debug"),
    "show": ("ID is missing", "for example whcli show last"),
    "forward": ("--to is missing", "for example whcli forward --to"),
    "send --count many": ("--count: 'many' is not a number", "whcli send --help tells what it takes"),
    "list -n -1": ("--limit: -1 is not in the range x>=0", "whcli list --help tells what it takes"),
    "list -n": ("option '-n' requires an argument", "whcli list --help tells what it takes"),
    "list --json=3": ("option '--json' does not take a value", "whcli list --help tells what it takes"),
    "list a b": ("got unexpected extra argument(s) (a b)", "whcli list --help tells what it takes"),
    "lst": ("there is no command 'lst'", "did you mean list"),
    "-- --list": ("there is no command '--list'", "did you mean list"),
    "--db w.db": ("missing command", "whcli --help tells what it takes"),
    "list --a\x1b[31m": (r"there is no option --a\x1b[31m", "whcli list --help tells what it takes"),
}


@pytest.mark.parametrize(("words", "told"), MISTAKES.items(), ids=MISTAKES)
def test_a_mistake_is_a_line_and_a_hint(home: Home, words: str, told: tuple[str, str]):
    said = home.run(*words.split(), code=2)
    first, second = said.stderr.splitlines()
    assert first == f"whcli: {told[0]}"
    assert second.startswith(f"  {told[1]}")
    assert said.stdout == b""


def test_debug_shows_where_it_came_from(home: Home):
    said = home.run("--debug", "list", "--limt", "3", code=2)
    assert "Traceback" in said.stderr
    assert said.stderr.splitlines()[-2] == "whcli: there is no option --limt"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("re", ["replay"]),
        ("list --verd", ["--verdict"]),
        ("list --verdict mi", ["mismatch", "missing"]),
        ("list --provider standard", ["standard-webhooks"]),
        ("send --event payment.s", ["payment.success"]),
        ("show la", ["last"]),
        ("listen --tunnel ng", ["ngrok"]),
        ("lst --x", []),
        ("show 42", []),
        ("send --provider nobody --event pay", []),
    ],
)
def test_the_shell_is_offered_what_fits_and_never_an_error(home: Home, words: str, offered: list[str]):
    more = {
        "_WHCLI_COMPLETE": "complete_bash",
        "COMP_WORDS": f"whcli {words}",
        "COMP_CWORD": str(len(words.split(" "))),
    }
    said = home.run(code=None, more=more)
    assert (said.text.split(), said.stderr) == (offered, "")


def test_no_words_at_all_ask_for_help(home: Home):
    done = subprocess.run(PROGRAM, cwd=home.folder, env=home.environment, capture_output=True, check=True)
    assert done.stdout == home.run("--help").stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_what_must_be_given_is_named_in_the_usage(home: Home, name: str):
    usage = home.run(name, "--help").text.splitlines()[0]
    assert usage.startswith(f"Usage: whcli {name} ")
    for param in load(name).params:
        word = param.metavar if param.param_type_name == "argument" else f"{max(param.opts, key=len)} {param.metavar}"
        assert not param.required or f" {word} " in usage
