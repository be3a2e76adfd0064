"""Where a reader stands while events come and go: numbers only, no screen."""

from __future__ import annotations

import pytest

from mcp_tui.core.levels import Level
from mcp_tui.core.view import Filter
from mcp_tui.ui.matches import Matches
from mcp_tui.ui.reader import Reader
from ui.fakes import FakeHub


def reader_of(hub: FakeHub, height: int = 10) -> Reader:
    reader = Reader(hub.store.merged)
    reader.resize(height)
    reader.sync()
    return reader


def shown(reader: Reader, height: int = 10) -> list[int]:
    events = [reader.event(row) for row in range(reader.top, reader.top + height)]
    return [event.seq for event in events if event is not None]


def test_follows_the_newest():
    hub = FakeHub()
    reader = reader_of(hub)
    hub.flood(25)
    assert reader.sync()
    assert shown(reader) == list(range(16, 26))
    assert reader.current is not None
    assert reader.current.seq == 25
    assert not reader.sync()


def test_scrolling_up_stops_following_and_the_end_resumes_it():
    hub = FakeHub()
    hub.flood(30)
    reader = reader_of(hub)
    reader.scroll(15)
    hub.flood(5)
    reader.sync()
    assert not reader.follow
    assert shown(reader)[0] == 16
    assert reader.new == 5
    reader.scroll(reader.bottom)
    assert reader.follow
    assert reader.new == 0


def test_rows_that_have_been_on_the_screen_are_not_new():
    hub = FakeHub()
    hub.flood(30)
    reader = reader_of(hub)
    reader.move(-1)
    hub.flood(20)
    reader.sync()
    assert reader.new == 20
    reader.scroll(reader.top + 8)
    assert reader.new == 12


def test_moving_up_and_down_again_follows():
    hub = FakeHub()
    hub.flood(30)
    reader = reader_of(hub)
    reader.move(-1)
    assert not reader.follow
    reader.move(1)
    assert reader.follow


def test_a_flood_does_not_move_a_held_pane():
    hub = FakeHub(capacity=20_000)
    hub.flood(15_000)
    reader = reader_of(hub)
    reader.scroll(9_000)
    reader.hold()
    before = shown(reader)
    for _ in range(10):
        hub.flood(5_000)
        reader.sync()
    assert shown(reader) == before
    assert before[0] == 9_001
    assert reader.new == 50_000 + 15_000 - 9_010 - (15_000 - 9_010)
    assert reader.dropped == 45_000
    reader.hold()
    assert reader.follow
    assert shown(reader)[-1] == 65_000


def test_what_a_reader_reads_outlives_its_place_in_memory():
    hub = FakeHub(capacity=100)
    hub.flood(100)
    reader = reader_of(hub)
    reader.scroll(50)
    before = shown(reader)
    hub.flood(40)
    reader.sync()
    assert not reader.held
    assert shown(reader) == before
    hub.flood(500)
    reader.sync()
    assert reader.held
    assert shown(reader) == before
    reader.resume()
    assert shown(reader)[-1] == 640


def test_reading_follows_the_rows_that_arrive_below():
    hub = FakeHub(capacity=100)
    hub.flood(60)
    reader = reader_of(hub)
    reader.select(30)
    hub.flood(30)
    reader.sync()
    reader.scroll(75)
    before = shown(reader)
    hub.flood(95)
    reader.sync()
    assert shown(reader) == before == list(range(76, 86))


def test_a_filter_keeps_the_place():
    hub = FakeHub("items", "legacy")
    for number in range(100):
        hub.log(Level.INFO, f"line {number}", "legacy" if number % 2 else "items")
    reader = reader_of(hub)
    reader.select(41)
    reader.show(Filter(server="legacy"))
    assert reader.current is not None
    assert (reader.current.seq, reader.hidden) == (42, 50)
    reader.show(Filter())
    assert reader.current.seq == 42
    assert not reader.follow


def test_a_filter_that_hides_everything_leaves_nothing_to_choose():
    hub = FakeHub()
    hub.flood(5)
    reader = reader_of(hub)
    reader.show(Filter(server="nobody"))
    assert reader.cursor is None
    reader.move(1)
    reader.page(-1)
    reader.select(3)
    assert reader.current is None


@pytest.mark.parametrize("height", [1, 3, 10, 50])
def test_a_following_reader_follows_at_every_height(height: int):
    hub = FakeHub()
    hub.flood(20)
    reader = reader_of(hub, 5)
    reader.resize(height)
    assert shown(reader, height)[-1] == 20


def test_matches_go_around_the_ends():
    hub = FakeHub()
    hub.flood(30, text="item {}")
    reader = reader_of(hub)
    matches = Matches("ITEM 1")
    matches.advance(reader.view)
    assert len(matches) == 11
    assert matches.beyond(1, 1) == (10, False)
    assert matches.beyond(19, 1) == (1, True)
    assert matches.beyond(1, -1) == (19, True)
    assert matches.place(10) == 2
    assert matches.place(11) == 3
    assert matches.place(2) is None
    assert matches.nearest(29) == 19
    assert matches.nearest(0) == 1


def test_matches_fall_off_with_their_rows():
    hub = FakeHub(capacity=10)
    reader = reader_of(hub)
    matches = Matches("line 1")
    for _ in range(3):
        hub.flood(10)
        matches.advance(reader.view)
    assert len(matches) == 1
    assert matches.beyond(25, 1) == (21, True)
