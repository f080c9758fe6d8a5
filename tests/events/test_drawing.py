import re
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli.errors import NotFound
from whcli.events.drawing import Drawing

NOW = datetime(2026, 1, 31, 9, 30, 5, 123456, tzinfo=UTC)


def fill(node, *, seed=1, **variables):
    return Drawing(variables, now=NOW, random=Random(seed), known={"type": "a.b"}).fill(node)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{unix}", 1769851805),
        ("{unix:-90}", 1769851715),
        ("{unix:2*3600}", 1769859005),
        ("{unix}.5", "1769851805.5"),
        ("{ms}", 1769851805123),
        ("{iso}", "2026-01-31T09:30:05Z"),
        ("{iso:-86400}", "2026-01-30T09:30:05Z"),
        ("{iso:0:-300}", "2026-01-31T04:30:05-05:00"),
        ("{iso:-age:330}", "2026-01-31T14:59:58+05:30"),
        ("{iso_ms}", "2026-01-31T09:30:05.123Z"),
        ("{date:86400}", "2026-02-01"),
        ("{rfc2822}", "Sat, 31 Jan 2026 09:30:05 +0000"),
        ("{type}", "a.b"),
        ("{age}", 7),
        ("{age} s", "7 s"),
        ("{-age+10}", 3),
        ("{price*age+1}", 8751),
        ("{price/100*100}", 1200),
        ("{money:price}", "12.50"),
        ("{money:5}", "0.05"),
        ("{str:age+1}", "8"),
        ("{thing}", {"id": 7, "deep": {"er": None}}),
        ("{thing.id}", 7),
        ("{thing.deep.er}", None),
        ("{thing.id+1}", 8),
        ("keys{/key_id}{+path}{?a,b}", "keys{/key_id}{+path}{?a,b}"),
        ("{{sha}}...{{head}}", "{sha}...{head}"),
        ("{int:3:3}{one:x}", "3x"),
        ("{one:see https://example.com}", "see https://example.com"),
        ("", ""),
        ("{}", "{}"),
    ],
)
def test_a_placeholder_becomes(text, value):
    assert fill(text, age=7, price=1250, thing={"id": "{age}", "deep": {"er": None}}) == value


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("{alnum:24}", r"[0-9A-Za-z]{24}"),
        ("{upper:10}", r"[0-9A-Z]{10}"),
        ("{hex:40}", r"[0-9a-f]{40}"),
        ("{digits:6}", r"[0-9]{6}"),
        ("{uuid}", r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"),
        ("{one:visa|amex}", r"visa|amex"),
        ("n{int:5:7}", r"n[567]"),
    ],
)
@given(seed=st.integers())
def test_what_is_drawn_has_its_shape(seed, text, shape):
    assert re.fullmatch(shape, fill(text, seed=seed))


def test_a_variable_is_drawn_once_and_a_kind_each_time():
    drawn = fill(["{id}", "x{id}", "{alnum:20}", "{alnum:20}", {"id": "{id}"}], id="{alnum:20}")
    assert drawn[1] == "x" + drawn[0]
    assert drawn[4] == {"id": drawn[0]}
    assert len({drawn[0], drawn[2], drawn[3]}) == 3


def test_a_variable_that_nobody_names_is_not_drawn():
    assert fill("{alnum:20}") == fill("{alnum:20}", unused="{alnum:20}")


def test_the_same_seed_draws_the_same():
    assert fill("{uuid}", seed=4) == fill("{uuid}", seed=4) != fill("{uuid}", seed=5)


def test_an_unknown_name_is_an_error():
    with pytest.raises(NotFound, match="nothing is at amuont"):
        fill("{amuont}", amount=3)


def test_values_that_are_no_text_stay():
    assert fill([1, None, True, 1.5, {}]) == [1, None, True, 1.5, {}]
