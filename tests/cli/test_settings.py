"""Settings of a project folder, as commands meet them."""

from __future__ import annotations

import pytest

from tests.process import Home


def test_a_secret_that_cannot_be_had_is_in_the_way_of_its_own_endpoint_alone(home: Home):
    home.configure('[endpoints.stripe]\nsecret = "env:NOWHERE"\n[endpoints.github]\nsecret = "s3cret"\n')
    assert home.run("list").code == 0
    assert home.run("send", "1", "--event", "push", "--provider", "github", "--dry-run").code == 0
    said = home.run("send", "1", "--event", "invoice.paid", "--provider", "stripe", "--dry-run", code=2)
    assert "NOWHERE" in said.stderr


def test_a_listener_leaves_nothing_in_the_log_of_the_database(home: Home):
    listener = home.listen()
    home.run("send", "--event", "created")
    assert listener.stop() == 0
    assert sorted(path.name for path in home.db.parent.iterdir() if path.name.startswith(home.db.name)) == [
        home.db.name
    ]


@pytest.mark.parametrize(
    ("toml", "told"),
    [
        ("port = '8400'", "it takes a number"),
        ("forward_to = true", "it takes a text or a number or a list"),
        ("prot = 1", "did you mean port?"),
        ("endpoints = 3", "it takes a table"),
        ("[endpoints.stripe]\nsecrets = 'x'", "did you mean secret?"),
        ("[endpoints]\nstripe = 1", "is not a table"),
        ("port = ", "is not TOML"),
    ],
)
def test_a_mistake_in_the_settings_is_named_with_what_mends_it(home: Home, toml: str, told: str):
    home.configure(toml)
    said = home.run("list", code=2).stderr
    assert told in said
    assert "Traceback" not in said
