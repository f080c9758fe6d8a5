"""Settings of a project folder, as commands meet them."""

from __future__ import annotations

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
