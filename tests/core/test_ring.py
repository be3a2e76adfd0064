"""The ring, against a plain list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.ring import Ring


def filled(capacity: int, count: int) -> Ring[int]:
    ring = Ring[int](capacity)
    for item in range(count):
        ring.append(item)
    return ring


@pytest.mark.parametrize("capacity", [0, -1])
def test_a_ring_holds_at_least_one_item(capacity: int) -> None:
    with pytest.raises(ValueError, match=str(capacity)):
        Ring[int](capacity)


def test_an_empty_ring_has_no_items() -> None:
    ring = Ring[int](3)
    assert (ring.first, ring.end, len(ring)) == (0, 0, 0)
    assert list(ring.between(0, 10)) == []
    with pytest.raises(IndexError):
        ring[0]


@given(st.integers(1, 200), st.integers(0, 500))
def test_it_holds_the_newest_and_counts_the_forgotten(capacity: int, count: int) -> None:
    ring, items = filled(capacity, count), list(range(count))
    assert ring.end == count
    assert ring.first == max(0, count - capacity)
    assert len(ring) == min(count, capacity)
    assert [ring[number] for number in range(ring.first, ring.end)] == items[-capacity:]


@given(st.integers(1, 10), st.integers(0, 30), st.integers(-40, 40))
def test_an_item_keeps_its_number_and_a_forgotten_one_is_no_item(capacity: int, count: int, number: int) -> None:
    ring = filled(capacity, count)
    if ring.first <= number < ring.end:
        assert ring[number] == number
    else:
        with pytest.raises(IndexError, match=f"item {number} "):
            ring[number]


@given(st.integers(1, 300), st.integers(0, 600), st.integers(-10, 700), st.integers(-10, 700))
def test_between_gives_the_held_items_of_a_span(capacity: int, count: int, start: int, stop: int) -> None:
    ring = filled(capacity, count)
    held = range(ring.first, ring.end)
    assert list(ring.between(start, stop)) == [number for number in held if start <= number < stop]


@given(st.lists(st.integers(0, 10)), st.integers(1, 20))
def test_what_is_held_weighs_no_more_than_the_budget_but_for_the_newest(items: list[int], budget: int) -> None:
    ring = Ring[int](5, weigh=lambda item: item, budget=budget)
    for item in items:
        ring.append(item)
        held = list(ring.between(ring.first, ring.end))
        assert held == items[: ring.end][-len(held) :]
        assert len(held) <= 5
        assert sum(held) <= budget or len(held) == 1
        # Nothing is forgotten without need.
        older = items[ring.first - 1] if ring.first else None
        assert older is None or len(held) == 5 or sum(held) + older > budget
