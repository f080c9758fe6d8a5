"""What `show` leaves out, and says so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.process import Home
from tests.store.test_queries import delivery, fill
from whcli.http import Request
from whcli.model import Attempt
from whcli.store import MOST_ATTEMPTS, Store


def test_a_delivery_replayed_without_end_is_shown_with_its_last_attempts(home: Home):
    fill(home.db, [delivery()])
    request = Request("POST", "http://127.0.0.1:3000/")
    one = Attempt(0, 1, "replay", 1, request.url, datetime.now(UTC), timedelta(0), request, error="timeout: late")
    with Store.to_write(home.db) as store:
        store.add_attempts([one] * 1234)
    shown = home.run("show", 1, "--json")
    assert [each["id"] for each in shown.objects[0]["attempts"]] == list(range(1235 - MOST_ATTEMPTS, 1235))
    assert shown.stderr == home.run("show", 1).stderr == "These are the last 100 of 1,234 attempts.\n"
    assert not home.run("show", 1, "--headers").stderr
