"""The log pane on a screen: what is drawn where, and that nothing moves under a reader."""

from __future__ import annotations

from textual.events import MouseScrollUp

from mcp_tui.core.levels import Level
from mcp_tui.ui.screens.event import EventScreen
from mcp_tui.ui.widgets.log_pane import LogPane
from ui.fakes import FakeHub
from ui.stage import draw, stage


async def test_events_land_in_the_pane_of_their_level():
    async with stage() as it:
        it.hub.emit_levels()
        await it.settle()
        for level in Level:
            assert it.texts(level) == [f"a line of level {level.label}"]
            assert "a line of level" in it.rows(level)[0]


async def test_an_empty_pane_says_so():
    async with stage() as it:
        assert it.rows(Level.WARNING)[0] == " no warning events yet"


async def test_markup_in_server_text_is_text():
    async with stage(FakeHub("it[b]ms"), size=(200, 50)) as it:
        it.hub.log(Level.INFO, "[red]not red[/red] [link=x]y[/link]", "it[b]ms")
        await it.settle()
        assert "[red]not red[/red] [link=x]y[/link]" in it.rows(Level.INFO)[0]
        assert "it[b]ms" in it.rows(Level.INFO)[0]


async def test_a_row_is_drawn_once():
    async with stage() as it:
        it.hub.flood(3)
        await it.settle()
        before = draw(it.pane(Level.INFO))[:2]
        it.hub.log(Level.INFO, "another")
        await it.settle()
        after = draw(it.pane(Level.INFO))[:2]
        assert all(old is new for old, new in zip(before, after, strict=True))


async def test_follow_stops_when_reading_and_resumes_at_the_end():
    async with stage() as it:
        it.hub.flood(100)
        await it.settle()
        assert it.texts(Level.INFO)[-1] == "line 99"
        await it.press("k", "k")
        it.hub.flood(312, text="new {}")
        await it.settle()
        assert it.texts(Level.INFO)[-1] == "line 99"
        assert "+312 new" in it.subtitle(Level.INFO)
        await it.press("G")
        assert it.texts(Level.INFO)[-1] == "new 311"
        assert "new" not in it.subtitle(Level.INFO)


async def test_the_wheel_reads_and_follows():
    async with stage() as it:
        it.hub.flood(100)
        await it.settle()
        pane = it.pane(Level.INFO)
        await it.pilot._post_mouse_events(  # pyright: ignore[reportPrivateUsage]
            [MouseScrollUp], widget=pane
        )
        await it.settle()
        assert not pane.reader.follow
        first = it.texts(Level.INFO)[0]
        it.hub.flood(10)
        await it.settle()
        assert it.texts(Level.INFO)[0] == first
        pane.scroll_end(animate=False)
        await it.settle()
        assert pane.reader.follow


async def test_hold_freezes_through_a_flood():
    async with stage(FakeHub(capacity=20_000)) as it:
        it.hub.flood(1_000)
        await it.settle()
        await it.press("space")
        before = it.rows(Level.INFO)
        for _ in range(10):
            it.hub.flood(5_000, text="flood {}")
            await it.settle()
        assert it.rows(Level.INFO) == before
        assert it.texts(Level.INFO)[-1] == "line 999"
        assert "held · +50,000 new" in it.subtitle(Level.INFO)
        await it.press("g")
        assert it.texts(Level.INFO)[0] == "line 0"
        await it.press("space")
        assert it.texts(Level.INFO)[-1] == "flood 4999"


async def test_what_was_dropped_is_said():
    async with stage(FakeHub(capacity=100), size=(200, 50)) as it:
        it.hub.flood(1_304)
        await it.settle()
        await it.press("g")
        assert "1,204 older events no longer in memory" in it.subtitle(Level.INFO)
        assert it.texts(Level.INFO)[0] == "line 1204"


async def test_search_marks_counts_and_goes_around():
    async with stage() as it:
        it.hub.flood(100, text="item {}")
        await it.settle()
        await it.press("slash", *"item 1", "enter")
        pane = it.pane(Level.INFO)
        assert it.dashboard.focused is pane
        assert pane.matches is not None
        assert len(pane.matches) == 11
        assert "/item 1 11 of 11" in it.subtitle(Level.INFO)
        await it.press("n")
        assert "1 of 11, wrapped" in it.subtitle(Level.INFO)
        assert pane.reader.current is not None
        assert pane.reader.current.text == "item 1"
        await it.press("n")
        assert pane.reader.current.text == "item 10"
        await it.press("N", "N")
        assert pane.reader.current.text == "item 19"
        await it.press("escape")
        assert pane.matches is None


async def test_a_search_that_finds_nothing_says_so():
    async with stage() as it:
        it.hub.flood(3)
        await it.settle()
        await it.press("slash", *"zzz", "enter", "n")
        assert "no match" in it.subtitle(Level.INFO)
        await it.press("slash", "escape")
        assert it.pane(Level.INFO).matches is None


async def test_a_click_selects_and_two_open():
    async with stage() as it:
        it.hub.flood(5)
        await it.settle()
        pane = it.pane(Level.INFO)
        await it.pilot.click(pane, offset=(4, 1))
        await it.settle()
        assert pane.reader.current is not None
        assert pane.reader.current.text == "line 1"
        await it.pilot.double_click(pane, offset=(4, 2))
        await it.settle()
        assert [message.event.text for message in it.posted(LogPane.Opened)] == ["line 2"]
        assert isinstance(it.app.screen, EventScreen)
        assert not it.dashboard.selections


async def test_a_following_pane_still_follows_at_another_size():
    async with stage() as it:
        it.hub.flood(100)
        await it.settle()
        for size in ((120, 35), (120, 60), (80, 24), (200, 50)):
            await it.pilot.resize_terminal(*size)
            await it.settle()
            shown = it.pane(None if it.dashboard.panes.narrow else Level.INFO)
            assert shown.reader.follow
            assert shown.reader.event(shown.reader.top + shown.size.height - 1) is shown.reader.current


async def test_the_mouse_selects_by_event():
    async with stage() as it:
        it.hub.flood(3, text="the text that is longer than the pane by far, number {}")
        await it.settle()
        pane = it.pane(Level.INFO)
        await it.pilot.mouse_down(pane, offset=(10, 0))
        await it.pilot.hover(pane, offset=(20, 2))
        await it.pilot.mouse_up(pane, offset=(20, 2))
        await it.settle()
        lines = (it.dashboard.get_selected_text() or "").splitlines()
        assert len(lines) == 3
        assert lines[1].endswith("by far, number 1")


async def test_typing_searches_from_where_the_reader_was():
    async with stage() as it:
        it.hub.log(Level.INFO, "abc")
        it.hub.flood(50, text="xyz {}")
        it.hub.log(Level.INFO, "abd")
        it.hub.flood(50, text="xyz {}")
        await it.settle()
        reader = it.pane(Level.INFO).reader
        await it.press("slash", *"abc")
        assert reader.current is not None
        assert reader.current.text == "abc"
        await it.press("backspace")
        assert reader.current.text == "abd"
        await it.press("escape")
        assert reader.follow


async def test_a_filter_leaves_a_searching_reader_where_it_is():
    async with stage() as it:
        it.hub.flood(50, text="item {}")
        it.hub.flood(50, server="legacy")
        await it.settle()
        await it.press("slash", *"item 3", "enter", "s")
        pane = it.pane(Level.INFO)
        assert pane.reader.current is not None
        assert pane.reader.current.text == "item 39"
        assert pane.matches is not None
        assert len(pane.matches) == 11
