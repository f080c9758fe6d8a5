"""Settings of the wrong kind, and of more than one value."""

from __future__ import annotations

from tests.client import ask, request
from tests.process import Home


def test_the_value_of_a_setting_of_the_wrong_kind_is_not_shown(home: Home):
    home.configure("[endpoints.stripe]\nsecret = 12345678\n")
    assert "1234" not in home.run("list", code=2).stderr


def test_a_replay_goes_to_the_first_of_several_targets_in_the_settings(home: Home):
    home.configure('forward_to = ["1/first", "1/second"]\n')
    listener = home.listen("--forward-to", "1/elsewhere", "--events", "none")
    ask(listener.port, request(target=b"/webhook/generic", body=b"{}"))
    (would,) = home.run("replay", "last", "--dry-run", "--json").objects
    assert would["url"] == "http://127.0.0.1:1/first"
