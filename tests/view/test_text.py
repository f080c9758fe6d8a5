from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from whcli.view.text import BLANK, fit, pad, reach, safe, width

from .samples import hostile, nasty_texts
from .screen import FORBIDDEN, check


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text, 1.8 kB", "plain text, 1.8 kB"),
        ("caf\u00e9 日本 🙂 e\u0301", "caf\u00e9 日本 🙂 e\u0301"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x00\x7f\x85\x9b", r"\x00\x7f\x85\x9b"),
        ("\u202etxt.exe", r"\u202etxt.exe"),
        ("zero\u200bwidth\ufeff", r"zero\u200bwidth\ufeff"),
        ("\U000e0041", r"\U000e0041"),
        ("\ud800", r"\ud800"),
        ("no\u00a0break", r"no\xa0break"),
        (b"caf\xc3\xa9 \xff\xfe", r"café \xff\xfe".replace("é", "\u00e9")),
        (b"\xef\xbb\xbf{}", r"\ufeff{}"),
        ("[/foo] :bomb: [link=http://evil]x[/link]", "[/foo] :bomb: [link=http://evil]x[/link]"),
    ],
)
def test_what_is_plainly_visible_stays_and_the_rest_is_made_visible(text, shown):
    assert safe(text) == shown


def test_lines_are_kept_where_they_are_asked_for():
    assert safe("a\n\tb\r", lines=True) == "a\n    b\\r"


def test_a_limit_is_told():
    assert safe("abcdef", limit=3) == "abc…"
    assert safe(b"abc", limit=3) == "abc"


def test_every_character_there_is():
    shown = "".join(safe(chr(code)) for code in range(0x110000))
    assert FORBIDDEN.search(shown) is None
    assert BLANK.isdisjoint(shown)


def test_a_hundred_thousand_hostile_texts():
    for seed in range(100):
        shown = [safe(text) for text in nasty_texts(seed, 1000)]
        assert FORBIDDEN.search("".join(shown)) is None
        assert "\n" not in "".join(shown)
        assert len(check(shown)) == len(shown)


@given(hostile)
def test_width_is_never_less_than_what_a_terminal_takes(text):
    assert width(safe(text)) >= cell_len(safe(text))


@given(hostile, st.integers(0, 30))
def test_fitted_text_fits(text, room):
    shown = safe(text)
    assert width(fit(shown, room)) <= room
    assert width(pad(shown, room)) == width(pad(shown, room, right=True)) == room
    assert fit(shown, width(shown)) == shown


def test_what_is_cut_is_said():
    assert fit("payment", 4) == "pay…"
    assert fit("日本語", 4) == "日…"
    assert pad("日", 4) == "日  "
    assert pad("7", 3, right=True) == "  7"
    assert reach("e\u0301e\u0301x", 0, 2) == 4


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
def test_any_stream_can_be_written_to(encoding):
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="whcli", newline="\n")
    stream.write("✓ sig  → 200  café 日本\n")
    stream.flush()
    written = stream.buffer.getvalue().decode(encoding)
    assert written.startswith("+ sig  > 200  caf")
    assert written.endswith("\\u65e5\\u672c\n")


def test_the_error_handler_is_for_encoding_alone():
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("ascii", "whcli")
