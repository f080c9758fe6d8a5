"""Providers of the user's own, in whcli.toml or out of a package, wherever a built-in one can be."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from tests.client import ask, request
from tests.net.raw import OK, RawServer, answering
from tests.process import Home

ACME = """
[providers.acme]
title = "Acme Rockets"
signature = "pair:X-Acme-Signature:v1"
timestamp = "pair:X-Acme-Signature:t"
signed = "{timestamp}.{param:site}.{body}"
event_type = ["header:X-Acme-Event", "json:type"]
event_id = "json:id"
params = { site = "The site, as its settings show it" }

[endpoints.acme]
secret = "a secret"
params = { site = "mars" }
"""


@pytest.fixture
def acme(home: Home) -> Home:
    home.configure(ACME)
    return home


def test_it_is_sent_received_replayed_and_verified(acme: Home):
    with RawServer(answering(OK)) as sink, acme.listen("--forward-to", sink.port) as listener:
        data = '{"id": "evt_1", "type": "rocket.up"}'
        acme.run("send", "--provider", "acme", "--event", "rocket.up", "--data", data)
        first = listener.find(lambda said: said["type"] == "delivery")
        assert (first["provider"], first["event_type"], first["event_id"]) == ("acme", "rocket.up", "evt_1")
        assert first["verdict"]["outcome"] == "valid"
        listener.find(lambda said: said["type"] == "attempt")
        [attempt] = acme.run("replay", "last", "--json").objects
        assert attempt["resigned"]
        assert attempt["status"] == 200
    [verdict] = acme.run("verify", "last", "--json").objects
    assert verdict["outcome"] == "valid"
    [listed] = acme.run("list", "--provider", "acme", "--json").objects
    assert listed["id"] == first["id"]


def test_it_is_told_by_its_headers(acme: Home):
    with acme.listen("--observe") as listener:
        asked = request(
            b"POST", b"/elsewhere", [(b"X-Acme-Signature", b"t=1,v1=00"), (b"X-Acme-Event", b"down")], body=b"{}"
        )
        assert ask(listener.port, asked).status == 200
        said = listener.find(lambda said: said["type"] == "delivery")
    assert (said["provider"], said["event_type"]) == ("acme", "down")


def test_the_event_is_named_in_its_header_where_the_body_does_not(acme: Home):
    [made] = acme.run("send", 1, "--provider", "acme", "--event", "up", "--data", "{}", "--dry-run", "--json").objects
    assert dict(made["headers"])["X-Acme-Event"] == "up"
    named = '{"type":"down"}'
    [made] = acme.run("send", 1, "--provider", "acme", "--event", "up", "--data", named, "--dry-run", "--json").objects
    assert "X-Acme-Event" not in dict(made["headers"])


def test_without_samples_and_body_the_event_holds_what_the_record_reads(acme: Home):
    with acme.listen() as listener:
        acme.run("send", "--provider", "acme", "--event", "up")
        said = listener.find(lambda said: said["type"] == "delivery")
    assert (said["event_type"], said["verdict"]["outcome"]) == ("up", "valid")
    assert said["event_id"]


def test_it_is_listed_and_shown_and_its_secret_made(acme: Home):
    names = [each["name"] for each in acme.run("providers", "--json").objects]
    assert "acme" in names
    assert names == sorted(names)
    [shown] = acme.run("providers", "acme", "--json").objects
    assert (shown["title"], shown["headers"]) == ("Acme Rockets", ["X-Acme-Signature"])
    assert "Acme Rockets" in acme.run("providers", "acme").text
    assert acme.run("secret", "generate", "--provider", "acme").text.strip()
    words = {"COMP_WORDS": "whcli verify --provider ac", "COMP_CWORD": "3", "_WHCLI_COMPLETE": "complete_bash"}
    assert "acme" in acme.run(code=None, more=words).text


@pytest.mark.parametrize(
    ("toml", "line", "told", "hint"),
    [
        ('[providers.acme]\nsignature = "header:X"\nencodng = "hex"', 3, "no encodng", "did you mean encoding?"),
        ('[providers.acme]\n\n# hash\nsignature = "header:X"\nalgorithm = "sha265"', 5, "no algorithm", "sha256"),
        ('[providers.acme]\ntitle = "A"', 1, "nothing says where the signature is", "header:"),
        ('port = 1\n[providers.stripe]\nsignature = "header:X"', 2, "may stand in its place", "my-stripe"),
        ("providers.acme = 3", 1, "not a table", "[providers.acme]"),
    ],
)
def test_a_mistake_is_told_with_its_line(home: Home, toml: str, line: int, told: str, hint: str):
    home.configure(toml)
    for words in (("providers", "acme"), ("listen",), ("providers",), ("send", "1", "--provider", "acme")):
        said = home.run(*words, code=2).stderr
        assert f"whcli.toml, line {line}: [providers." in said
        assert told in said
        assert hint in said
        assert "Traceback" not in said
    assert home.run("list").code == 0, "what meets no provider goes on"


PACKAGE = {
    "acme_whcli.py": """
        from whcli.providers import Provider
        from whcli.signing.scheme import SignatureScheme
        from whcli.signing.slots import Header, Json

        PROVIDER = Provider(
            name="acme", title="Acme", docs="https://acme.example", scheme=SignatureScheme(Header("X-Acme")),
            event_type=(Json("type"),), event_id=(), marks=("X-Acme",), secret_hint="There", secret_env="ACME",
        )
        OTHER = 3
        """,
    "acme_whcli-1.0.dist-info/METADATA": """
        Metadata-Version: 2.1
        Name: acme-whcli
        Version: 1.0
        """,
    "acme_whcli-1.0.dist-info/entry_points.txt": """
        [whcli.providers]
        acme = acme_whcli:PROVIDER
        broken = nowhere_at_all:PROVIDER
        wrong = acme_whcli:OTHER
        github = nowhere_at_all:PROVIDER
        """,
}


@pytest.fixture
def installed(home: Home) -> Home:
    """A home beside which a package with providers is installed."""
    site = home.folder / "site"
    for name, text in PACKAGE.items():
        path = Path(site, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip(), "utf-8")
    home.environment["PYTHONPATH"] = str(site)
    return home


def test_a_package_may_bring_one(installed: Home):
    assert "acme" in [each["name"] for each in installed.run("providers", "--json").objects]
    [made] = installed.run(
        "send", 1, "--provider", "acme", "--event", "up", "--data", "{}", "--secret", "s", "--dry-run", "--json"
    ).objects
    assert "X-Acme" in dict(made["headers"])
    with installed.listen() as listener:
        assert ask(listener.port, request(b"POST", b"/", [(b"X-Acme", b"00")], body=b'{"type":"up"}')).status == 200
        assert listener.find(lambda said: said["type"] == "delivery")["provider"] == "acme"
        assert ask(listener.port, request(b"POST", b"/webhook/acme", body=b"{}")).status == 200
        assert listener.collect(2, lambda said: said["type"] == "delivery")[1]["provider"] == "acme"


@pytest.mark.parametrize(
    ("name", "told"), [("broken", "cannot be loaded: ModuleNotFoundError"), ("wrong", "is no Provider named wrong")]
)
def test_a_package_that_is_broken_is_named(installed: Home, name: str, told: str):
    said = installed.run("providers", name, code=2).stderr
    assert told in said
    assert "mend or remove the package acme-whcli" in said


def test_a_package_cannot_stand_in_the_place_of_ours(installed: Home):
    assert json.loads(installed.run("providers", "github", "--json").stdout)["title"] == "GitHub"
