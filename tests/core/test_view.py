"""The rows of a pane, against a plain list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.support import event
from mcp_tui.core.events import Event
from mcp_tui.core.ring import Ring
from mcp_tui.core.view import Filter, View, contains

WORDS = ("alpha", "beta", "gamma")

EVENTS = st.lists(
    st.builds(
        event,
        server=st.sampled_from("ab"),
        call=st.sampled_from([None, 1, 2]),
        text=st.sampled_from(WORDS),
    ),
    max_size=40,
)
FILTERS = st.builds(
    Filter,
    server=st.sampled_from([None, "a", "b"]),
    call=st.sampled_from([None, 1, 2]),
    text=st.sampled_from(["", "alp", "ETA", "zeta"]),
)


def ring_of(*events: Event, capacity: int = 100) -> Ring[Event]:
    ring = Ring[Event](capacity)
    for each in events:
        ring.append(each)
    return ring


def rows_of(view: View) -> list[Event]:
    return [view.rows[row] for row in range(view.first, view.end)]


def texts(*shown: str) -> View:
    """A view of one event for each text, numbered 10, 20, 30, ..."""
    return View(ring_of(*(event(10 * number, text=text) for number, text in enumerate(shown, 1))))


@pytest.mark.parametrize(
    ("shown", "passes"),
    [
        (Filter(), True),
        (Filter(server="items"), True),
        (Filter(server="other"), False),
        (Filter(server=""), False),
        (Filter(call=3), True),
        (Filter(call=4), False),
        (Filter(call=0), False),
        (Filter(text="PROCESS"), True),
        (Filter(text="worker"), True),
        (Filter(text="message"), True),
        (Filter(text="absent"), False),
        (Filter(server="items", call=3, text="item"), True),
        (Filter(server="items", call=4, text="item"), False),
    ],
)
def test_what_a_filter_lets_pass(shown: Filter, passes: bool) -> None:
    each = event(text="Processing item", logger="Worker", call=3)
    assert shown.matches(each) is passes


@pytest.mark.parametrize(
    ("shown", "empty"),
    [(Filter(), True), (Filter(server="a"), False), (Filter(call=1), False), (Filter(text="x"), False)],
)
def test_an_empty_filter_is_false(shown: Filter, empty: bool) -> None:
    assert bool(shown) is not empty


def test_case_is_folded_the_way_languages_do_it() -> None:
    assert contains(event(text="Straße"), "STRASSE")


@given(EVENTS, FILTERS, st.integers(1, 6))
def test_rows_are_the_newest_that_pass_and_keep_their_numbers(
    sent: list[Event], shown: Filter, capacity: int
) -> None:
    ring = Ring[Event](capacity)
    view = View(ring, shown)
    passed: list[Event] = []
    for each in sent:
        ring.append(each)
        view.advance()
        passed += [each] if shown.matches(each) else []
        assert view.end == len(passed)
        assert view.first == max(0, len(passed) - capacity)
        assert rows_of(view) == passed[view.first :]


@given(EVENTS, FILTERS, st.integers(1, 6))
def test_a_view_made_late_shows_what_memory_holds(sent: list[Event], shown: Filter, capacity: int) -> None:
    expected = [each for each in sent[-capacity:] if shown.matches(each)]
    assert rows_of(View(ring_of(*sent, capacity=capacity), shown)) == expected


@given(EVENTS, FILTERS, st.integers(1, 6))
def test_hidden_counts_what_memory_holds_and_the_filter_keeps_out(
    sent: list[Event], shown: Filter, capacity: int
) -> None:
    ring = Ring[Event](capacity)
    view = View(ring, shown)
    numbered = [event(seq, server=each.server, call=each.call, text=each.text) for seq, each in enumerate(sent, 1)]
    for each in numbered:
        ring.append(each)
        view.advance()
    assert view.hidden == sum(1 for each in numbered[-capacity:] if not shown.matches(each))


def test_rows_wait_for_advance_where_there_is_a_filter() -> None:
    ring = ring_of(event(1))
    view = View(ring, Filter(server="items"))
    ring.append(event(2))
    assert view.end == 1
    view.advance()
    view.advance()
    assert [row.seq for row in rows_of(view)] == [1, 2]


@given(st.sets(st.integers(1, 50)), st.integers(0, 60), st.integers(1, 30))
def test_row_of_is_the_row_of_an_event_or_of_the_next_one(seqs: set[int], wanted: int, capacity: int) -> None:
    view = View(ring_of(*(event(seq) for seq in sorted(seqs)), capacity=capacity))
    row = view.row_of(wanted)
    before = [each for number, each in enumerate(rows_of(view), view.first) if number < row]
    after = [each for number, each in enumerate(rows_of(view), view.first) if number >= row]
    assert view.first <= row <= view.end
    assert all(each.seq < wanted for each in before)
    assert all(each.seq >= wanted for each in after)


@pytest.mark.parametrize(
    ("start", "step", "row"),
    [
        (0, 1, 0),
        (1, 1, 2),
        (2, 1, 2),
        (3, 1, None),
        (-5, 1, 0),
        (3, -1, 2),
        (1, -1, 0),
        (0, -1, 0),
        (-1, -1, None),
        (99, -1, 2),
        (99, 1, None),
    ],
)
def test_find_goes_both_ways_and_counts_its_start(start: int, step: int, row: int | None) -> None:
    assert texts("an Error", "fine", "ERROR again", "fine").find("error", start, step) == row


def test_nothing_is_found_where_there_is_nothing() -> None:
    assert texts().find("x", 0, 1) is None
    assert texts().find("x", 0, -1) is None


@given(EVENTS, FILTERS, st.integers(1, 6), st.integers(-3, 45), st.sampled_from([1, -1]))
def test_scan_finds_the_nearest_wanted_row(
    sent: list[Event], shown: Filter, capacity: int, start: int, step: int
) -> None:
    view = View(ring_of(*sent, capacity=capacity), shown)
    wanted = [row for row in range(view.first, view.end) if view.rows[row].text == "beta"]
    ahead = [row for row in wanted if (row - start) * step >= 0]
    nearest = min(ahead, key=lambda row: abs(row - start), default=None)
    assert view.scan(start, step, lambda each: each.text == "beta") == nearest
