"""One event as one row."""

from __future__ import annotations

import pytest
from rich.style import Style

from mcp_tui.core.levels import Level
from mcp_tui.ui.rows import (
    MILLISECONDS,
    MINUTES,
    SECONDS,
    Columns,
    Look,
    Marks,
    clock,
    color_slot,
    columns,
    fit,
    row,
    row_text,
)
from ui.fakes import FakeHub

BASE = Style()
LOOK = Look(
    base=BASE,
    muted=Style(dim=True),
    levels=tuple(BASE for _ in Level),
    letters=tuple(Style(bold=True) for _ in Level),
    servers=tuple(BASE for _ in range(6)),
    match=Style(underline=True),
    current=Style(reverse=True),
)
PLAIN = Columns(width=60, time=SECONDS, letter=True, server=8)


def test_columns_in_order():
    event = FakeHub().log(Level.WARNING, "slow", "items", call=3, logger="db")
    assert row(event, PLAIN, LOOK, 0).text.rstrip() == " 09:30:00 W items    #3 db slow"


def test_a_logger_that_is_the_server_and_an_ordinary_kind_say_nothing():
    hub = FakeHub()
    assert (
        row(hub.log(Level.INFO, "x", "items", logger="items"), PLAIN, LOOK, 0).text.rstrip().endswith("items    x")
    )
    progress = hub.log(Level.INFO, "4/10", "items", kind="progress")
    assert "progress 4/10" in row(progress, PLAIN, LOOK, 0).text


@pytest.mark.parametrize("text", ["short", "long " * 40, "日本語" * 40, "é" * 200, "👍🏽" * 60, ""])
@pytest.mark.parametrize("width", [1, 5, 10, 19, 20, 21, 40, 61])
def test_a_row_is_exactly_as_wide_as_the_pane(text: str, width: int):
    event = FakeHub().log(Level.ERROR, text)
    strip = row(event, PLAIN._replace(width=width), LOOK, 0)
    assert sum(segment.cell_length for segment in strip) == width


def test_what_is_cut_ends_in_an_ellipsis():
    event = FakeHub().log(Level.INFO, "x" * 100)
    assert row(event, PLAIN, LOOK, 0).text.endswith("x…")
    assert row_text(event, PLAIN).endswith("x" * 100)


def test_every_match_is_marked_in_any_case():
    event = FakeHub().log(Level.INFO, "Item and item")
    marked = [s.text for s in row(event, PLAIN, LOOK, 0, Marks(needle="item")) if s.style == LOOK.match]
    assert marked == ["Item", "item"]
    found = row(event, PLAIN, LOOK, 0, Marks(needle="ITEM", found=True))
    assert [s.text for s in found if s.style == LOOK.current] == ["Item", "item"]


def test_markup_is_text():
    event = FakeHub().log(Level.INFO, "[bold red]danger[/] (a+b)*")
    assert "[bold red]danger[/] (a+b)*" in row(event, PLAIN, LOOK, 0, Marks(needle="(a+b)*")).text


def test_a_selection_is_reversed():
    event = FakeHub().log(Level.INFO, "abcdef")
    strip = row(event, PLAIN._replace(letter=False, server=0), LOOK, 0, Marks(selected=(12, 14)))
    assert [s.text for s in strip if s.style is not None and s.style.reverse] == ["cd"]


def test_narrow_rows_leave_out_what_says_least():
    assert columns(40, False, ["items"]) == Columns(40, MINUTES, False, 0, tag=False)
    assert columns(40, False, ["items", "production"]) == Columns(40, MINUTES, False, 6, tag=False)
    assert columns(63, False, ["items", "production"]) == Columns(63, SECONDS, False, 6, tag=False)
    assert columns(46, False, ["a", "b"]) == Columns(46, SECONDS, False, 1, tag=False)
    assert columns(100, True, ["items"]) == Columns(100, MILLISECONDS, True, 5)


def test_in_a_narrow_pane_the_room_is_the_messages():
    event = FakeHub().log(Level.INFO, "Processing item 1/5: apple", "documents", call=1)
    narrow = columns(42, False, ["items", "documents"])
    assert row(event, narrow, LOOK, 0).text == " 30:00 docum… #1 Processing item 1/5: app…"
    alone = columns(42, False, ["documents"])
    assert row(event, alone, LOOK, 0).text.rstrip() == " 30:00 #1 Processing item 1/5: apple"


def test_time_of_day():
    assert clock(1_795_512_600.1239, MILLISECONDS) == "09:30:00.123"
    assert clock(1_795_512_600.9999, SECONDS) == "09:30:00"
    assert clock(1_795_512_600.9999, MINUTES) == "30:00"


def test_fit():
    assert fit("abc", 3) == "abc"
    assert fit("abcd", 3) == "ab…"
    assert fit("日本語", 4) == "日…"
    assert fit("abc", 0) == ""


def test_a_server_keeps_its_colour():
    assert [color_slot(name, ["a", "b"]) for name in ("a", "b", "a")] == [0, 1, 0]
    assert color_slot("gone", ["a"]) == color_slot("gone", ["b"])
