"""What the writer says of what it stored."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

from whcli.http import Headers, Request
from whcli.model import Delivery
from whcli.store.writer import Answer, Stored, Writer


def stored(path: Path, deliveries: list[Delivery]) -> list[Answer]:
    done, answers = threading.Event(), list[Answer]()

    def heard(answer: Answer) -> None:
        answers.append(answer)
        if len(answers) == len(deliveries):
            done.set()

    writer = Writer(path)
    writer.submit([(each, None, heard) for each in deliveries])
    assert done.wait(30)
    writer.close()
    return answers


def delivery(event_id: str | None, *, endpoint: str = "/webhook/stripe", provider: str | None = "stripe") -> Delivery:
    request = Request("POST", f"http://127.0.0.1{endpoint}", Headers(), b"{}")
    return Delivery(0, datetime.now(UTC), endpoint, request, b"\0" * 32, provider=provider, event_id=event_id)


def test_duplicates_are_of_the_first_of_the_same_event_to_the_same_endpoint(tmp_path: Path):
    first = [delivery("evt_1"), delivery(None), delivery(None), delivery("evt_2"), delivery("evt_1")]
    assert stored(tmp_path / "a.db", first) == [Stored(1), Stored(2), Stored(3), Stored(4), Stored(5, 1)]
    again = [
        delivery("evt_1"),
        delivery("evt_1", endpoint="/other"),
        delivery("evt_1", provider=None),
        delivery("evt_2"),
    ]
    assert stored(tmp_path / "a.db", again) == [Stored(6, 1), Stored(7), Stored(8), Stored(9, 4)]
    assert stored(tmp_path / "a.db", [delivery("evt_1", provider=None)]) == [Stored(10, 8)]
