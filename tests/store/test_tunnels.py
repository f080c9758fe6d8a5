"""What became of tunnels, and the gaps read off it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from whcli.model import Gap, TunnelState
from whcli.store import Store

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://x.ngrok.app"


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def stored(path: Path, *states: tuple[int, str, str | None, int]) -> list[Gap]:
    with Store.to_write(path / "w.db") as store:
        for minute, state, reason, listener in states:
            store.add_tunnel_state(TunnelState(at(minute), "ngrok", state, URL, reason=reason), listener=listener)
    with Store.to_read(path / "w.db") as store:
        return store.gaps()


def test_a_gap_is_from_the_first_down_to_the_next_up(tmp_path):
    states = [(0, "opening", None, 1), (1, "up", None, 1), (5, "down", "asleep", 1), (6, "down", "no network", 1)]
    assert stored(tmp_path, *states, (9, "up", None, 1)) == [Gap("ngrok", at(5), at(9), URL, "asleep")]


def test_gaps_of_two_listeners_are_two(tmp_path):
    states = [(1, "down", "a", 1), (2, "down", "b", 2), (3, "up", None, 2), (4, "closed", None, 1)]
    assert stored(tmp_path, *states) == [Gap("ngrok", at(1), at(4), URL, "a"), Gap("ngrok", at(2), at(3), URL, "b")]


def test_a_gap_whose_end_nobody_saw_has_none(tmp_path):
    assert stored(tmp_path, (1, "up", None, 1), (2, "down", "a", 1)) == [Gap("ngrok", at(2), None, URL, "a")]


def test_a_listener_with_the_number_of_one_that_was_killed_begins_afresh(tmp_path):
    states = [(1, "down", "a", 1), (60, "opening", None, 1), (61, "up", None, 1)]
    assert stored(tmp_path, *states) == [Gap("ngrok", at(1), None, URL, "a")]
