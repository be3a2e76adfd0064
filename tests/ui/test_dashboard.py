"""The dashboard as a whole: arrangement, keys, filters, errors."""

from __future__ import annotations

import pytest

from mcp_tui.core.levels import Level
from mcp_tui.core.status import State
from mcp_tui.ui.widgets.level_bar import LevelBar, short
from mcp_tui.ui.widgets.search_bar import SearchBar
from mcp_tui.ui.widgets.servers import Sidebar
from mcp_tui.ui.widgets.title_bar import STALE, Speed, TitleBar
from ui.fakes import FakeHub, status
from ui.stage import Stage, stage


def on_screen(it: Stage) -> list[Level | None]:
    """The levels of the panes that can be seen."""
    return [pane.level for pane in it.dashboard.panes.shown if pane.region]


def bar(it: Stage) -> str:
    return it.dashboard.query_one(LevelBar).render().plain


# Arrangement.


async def test_events_that_come_while_the_search_bar_opens_do_no_harm():
    async with stage() as it:
        it.dashboard.panes.search()
        it.dashboard.panes.pane.reframe()
        await it.settle()
        assert it.dashboard.query_one(SearchBar).is_mounted


async def test_a_wide_screen_shows_every_level_and_the_servers():
    async with stage() as it:
        assert on_screen(it) == list(Level)
        assert it.dashboard.query_one(Sidebar).region
        it.hub.emit_levels()
        await it.settle()
        assert {pane.size.height for pane in it.dashboard.panes.shown} >= {7}
        assert all(pane.size.height >= 7 for pane in it.dashboard.panes.shown)


async def test_levels_without_events_take_little_room():
    async with stage() as it:
        it.hub.flood(3)
        await it.settle()
        heights = {pane.level: pane.outer_size.height for pane in it.dashboard.panes.shown}
        assert heights[Level.DEBUG] == heights[Level.WARNING] == 3
        assert heights[Level.INFO] > 20


@pytest.mark.parametrize("size", [(80, 24), (99, 40), (120, 29)])
async def test_a_small_screen_shows_one_pane(size: tuple[int, int]):
    async with stage(size=size) as it:
        assert on_screen(it) == [None]
        it.hub.emit_levels()
        await it.settle()
        assert len(it.texts(None)) == 8
        await it.press("4")
        assert on_screen(it) == [Level.WARNING]
        assert it.rows(Level.WARNING)[0].split()[1] == "W"
        await it.press("0")
        assert on_screen(it) == [None]


async def test_the_screen_can_grow_and_shrink():
    async with stage(size=(80, 24)) as it:
        await it.pilot.resize_terminal(120, 40)
        await it.settle()
        assert on_screen(it) == list(Level)
        await it.press("3")
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert on_screen(it) == [Level.NOTICE]
        assert it.dashboard.focused is it.pane(Level.NOTICE)


async def test_a_tiny_screen_says_so():
    async with stage(size=(50, 12)) as it:
        assert on_screen(it) == []
        assert it.dashboard.query_one("#too-small").region
        await it.pilot.resize_terminal(80, 24)
        await it.settle()
        assert on_screen(it) == [None]


async def test_zoom_and_back():
    async with stage() as it:
        await it.press("5", "z")
        assert on_screen(it) == [Level.ERROR]
        await it.press("z")
        assert on_screen(it) == list(Level)
        await it.press("0")
        assert on_screen(it) == [None]
        await it.press("escape")
        assert on_screen(it) == list(Level)


async def test_tab_moves_between_panes():
    async with stage() as it:
        await it.press("1", "tab")
        assert it.dashboard.focused is it.pane(Level.INFO)
        await it.press("shift+tab")
        assert it.dashboard.focused is it.pane(Level.DEBUG)


async def test_the_servers_can_be_shown_and_hidden_at_any_size():
    for size, shown in (((80, 24), False), ((120, 40), True)):
        async with stage(size=size) as it:
            sidebar = it.dashboard.query_one(Sidebar)
            assert bool(sidebar.region) is shown
            await it.press("S")
            assert bool(sidebar.region) is not shown
            await it.press("S")
            assert bool(sidebar.region) is shown


# The bars.


async def test_the_level_bar_counts_and_marks_what_is_new():
    async with stage(size=(80, 24)) as it:
        await it.press("2")
        it.hub.flood(1_234, Level.DEBUG)
        await it.settle()
        assert "Dbg 1.2k•" in bar(it)
        assert len(bar(it)) <= 78
        await it.press("1")
        assert "•" not in bar(it)


async def test_the_level_bar_fits_whatever_the_counts():
    async with stage(size=(80, 24)) as it:
        await it.press("1")
        for level in Level:
            it.hub.store.by_level[level].end = 998_000
        it.hub.store.merged.end = 8_000_000
        it.hub.emit_levels()
        await it.settle()
        line = bar(it)
        assert len(line) <= 78
        assert all(level.letter in line for level in Level)


async def test_a_click_on_the_level_bar_goes_there():
    async with stage(size=(80, 24)) as it:
        at = bar(it).index("Wrn")
        await it.pilot.click(LevelBar, offset=(at + 2, 0))
        await it.settle()
        assert on_screen(it) == [Level.WARNING]


def test_short_counts():
    shown = [short(count) for count in (0, 999, 1_000, 1_249, 9_949, 9_950, 48_000, 999_499, 999_500, 1_200_000)]
    assert shown == ["0", "999", "1.0k", "1.2k", "9.9k", "10k", "48k", "999k", "1.0M", "1.2M"]


async def test_the_title_names_every_server_and_its_state():
    hub = FakeHub("items", status("legacy", State.FAILED), status("prod", State.WAITING, retry_at=0.0))
    async with stage(hub, size=(80, 24)) as it:
        line = it.dashboard.query_one(TitleBar).render().plain
        assert "● items  ✖ legacy  ◔ prod" in line
        for number in range(20):
            hub.set_status(f"server-{number}", state=State.READY)
        await it.settle()
        line = it.dashboard.query_one(TitleBar).render().plain
        assert "✖ legacy" in line
        assert "+1" in line
        assert len(line) <= 78


def test_speed_is_measured_over_whole_seconds_and_falls_to_nothing():
    speed = Speed()
    speed.note(0, 100.0)
    speed.note(50, 100.5)
    assert speed.moving
    speed.note(100, 101.0)
    assert speed.value == 100
    speed.note(100, 102.0)
    assert (speed.value, speed.moving) == (0, False)
    speed.note(130, 102.0 + STALE)
    assert speed.value == 0
    speed.note(130, 103.0 + STALE)
    assert speed.value == 30


# Filters and errors.


async def test_filter_by_server_says_what_is_hidden():
    async with stage() as it:
        it.hub.flood(812, server="legacy")
        it.hub.flood(3)
        await it.settle()
        await it.press("s")
        assert it.texts(Level.INFO) == ["line 0", "line 1", "line 2"]
        assert "only items: 812 hidden" in it.subtitle(Level.INFO)
        it.hub.log(Level.INFO, "later")
        it.hub.log(Level.INFO, "elsewhere", "legacy")
        await it.settle()
        assert it.texts(Level.INFO)[-1] == "later"
        await it.press("s")
        assert it.texts(Level.INFO)[-1] == "elsewhere"
        assert "hidden" not in it.subtitle(Level.INFO)


async def test_filter_by_call():
    async with stage() as it:
        it.hub.add_call()
        it.hub.log(Level.INFO, "mine", call=1)
        it.hub.log(Level.INFO, "other", call=2)
        await it.settle()
        await it.press("o")
        assert it.texts(Level.INFO) == ["mine"]
        await it.press("escape")
        assert it.texts(Level.INFO) == ["mine", "other"]


async def test_errors_are_found_in_the_merged_pane():
    async with stage() as it:
        for number in range(3):
            it.hub.flood(30)
            it.hub.log(Level.CRITICAL if number == 1 else Level.ERROR, f"bad {number}")
        it.hub.flood(30)
        await it.settle()
        await it.press("E")
        reader = it.pane(None).reader
        assert on_screen(it) == [None]
        assert reader.current is not None
        assert reader.current.text == "bad 2"
        await it.press("E")
        assert reader.current.text == "bad 1"
        await it.press("e", "e")
        assert reader.current.text == "bad 2"


async def test_errors_are_found_in_a_pane_of_errors():
    async with stage() as it:
        for number in range(3):
            it.hub.log(Level.ERROR, f"bad {number}")
        await it.settle()
        await it.press("5", "E")
        reader = it.pane(Level.ERROR).reader
        assert on_screen(it) == list(Level)
        assert reader.current is not None
        assert reader.current.text == "bad 1"
