"""Following what is stored: whoever takes it may be slow and far behind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from tests.store.test_queries import delivery, fill
from whcli.actions.follow import HELD, follow
from whcli.filters import Filter
from whcli.store import Store
from whcli.store.watch import Watch

MANY = 2 * HELD + 3


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "data" / "whcli.db"
    fill(found, [delivery(b"%d" % (number % 2)) for number in range(MANY)])
    return found


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    with Store.to_write(path) as found:
        yield found


@pytest.mark.parametrize(("wanted", "ids"), [(Filter(), range(1, MANY + 1)), (Filter(search="1"), range(2, MANY, 2))])
def test_all_come_once_and_in_order_however_many_they_are(store: Store, wanted: Filter, ids: range) -> None:
    found = follow(store, Watch(store.path), wanted, after=0)
    assert [each.delivery.id for each in islice(found, len(ids))] == list(ids)


def test_behind_a_link_a_write_is_heard_of(path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.db"
    link.symlink_to(path)
    watch = Watch(link)
    fill(path, [delivery()])
    assert watch.wait(0.5)
    watch.close()
