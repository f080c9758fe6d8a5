"""A page of help at any width: aligned, wrapped, nothing lost."""

from __future__ import annotations

import pytest

from tests.view.screen import OURS
from whcli.view.manual import Entry, Page, Section, page
from whcli.view.theme import Style

PAGE = Page(
    usage="whcli walk [OPTIONS]",
    paragraphs=["Walk about, as long as the weather holds and nobody calls for us to come home."],
    examples=["whcli walk --far"],
    sections=[
        Section("Arguments", [Entry(("WHERE",), "A place.", required=True)]),
        Section(
            "Options",
            [
                Entry(("-n", "--number"), "So many.", takes="N", default="20"),
                Entry(("--far",), "Go on."),
                Entry(("--with-all-that-is-needed", "--without"), "Take things along.", variable="WALK_THINGS"),
            ],
        ),
    ],
)

AT_80 = """\
Usage: whcli walk [OPTIONS]

Walk about, as long as the weather holds and nobody calls for us to come home.

Examples:
  whcli walk --far

Arguments:
  WHERE  A place. Required.

Options:
  -n, --number N  So many. Default: 20.
      --far       Go on.
      --with-all-that-is-needed, --without
                  Take things along. Or WALK_THINGS."""


def test_a_page():
    assert "\n".join(page(PAGE, width=80, style=Style())) == AT_80


@pytest.mark.parametrize("width", [20, 40, 60, 200])
def test_nothing_is_lost_and_nothing_sticks_out(width: int):
    lines = list(page(PAGE, width=width, style=Style()))
    assert all(len(line) <= min(width, 100) for line in lines)
    assert "".join("".join(lines).split()) == "".join(AT_80.split())


def test_colour_adds_nothing_but_colour():
    coloured = "\n".join(page(PAGE, width=80, style=Style(color=True)))
    assert OURS.sub("", coloured) == AT_80
    assert "\x1b[36m--number\x1b[0m" in coloured
