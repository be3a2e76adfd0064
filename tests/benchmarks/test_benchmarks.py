"""The benchmarks themselves: their arithmetic, and that every row can be measured."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from math import isfinite

import msgspec
import pytest

from benchmarks import table
from benchmarks.flood_server import LEVELS, LONGEST, SHORTEST, messages
from benchmarks.row import Outcome, Row, Target, at_least, at_most, at_most_itself, at_most_more, run
from benchmarks.rows import ROWS


def outcome(target: Target, measured: tuple[float, ...], baseline: tuple[float, ...]) -> Outcome:
    def nothing(_size: int) -> float:
        return 0.0

    return Outcome(Row("name", "what", "ms", target, 10, 1, nothing, nothing), measured, baseline)


@pytest.mark.parametrize(
    ("target", "comparison", "holds"),
    [
        (at_least(2.5), 2.5, True),
        (at_least(2.6), 2.5, False),
        (at_most(2.5), 2.5, True),
        (at_most(2.4), 2.5, False),
        (at_most_more(30), 30.0, True),
        (at_most_more(29), 30.0, False),
        (at_most_itself(50), 50.0, True),
        (at_most_itself(49), 50.0, False),
    ],
)
def test_medians_are_compared_with_the_target(target: Target, comparison: float, holds: bool) -> None:
    found = outcome(target, (1_000.0, 50.0, 40.0), (20.0, 1.0, 500.0))
    assert found.comparison == comparison
    assert found.holds is holds


def test_the_spread_is_that_of_single_rounds() -> None:
    assert outcome(at_most(1), (10.0, 50.0, 40.0), (20.0, 10.0, 40.0)).spread == (0.5, 5.0)


@pytest.mark.parametrize(("quick", "asked"), [(False, ["a10", "b10"] * 5), (True, ["a1", "b1"])])
def test_a_row_and_its_baseline_take_turns(quick: bool, asked: list[str]) -> None:
    seen: list[str] = []
    figures: Iterator[float] = iter(range(100))

    def measure(size: int) -> float:
        seen.append(f"a{size}")
        return next(figures)

    def baseline(size: int) -> float:
        seen.append(f"b{size}")
        return next(figures)

    found = run(Row("name", "what", "ms", at_most(1), 10, 1, measure, baseline), quick=quick)
    assert seen == asked
    assert found.measured == tuple(range(0, len(asked), 2))
    assert found.baseline == tuple(range(1, len(asked), 2))


def test_the_table_and_the_report_say_whether_the_target_was_reached() -> None:
    good = outcome(at_most(4), (1_234.5,), (617.25,))
    bad = outcome(at_most_itself(4), (5.0,), (1.0,))
    cells = [cell.strip() for cell in table.line(good).strip("|").split("|")]
    assert cells == ["what", "1,234 ms", "617 ms", "2.00× (2.00× to 2.00×)", "at most 4.00×", "yes"]
    assert table.line(bad).endswith("| NO    |")
    rows = msgspec.json.decode(msgspec.json.encode(table.report([good, bad])))["rows"]
    assert [row["holds"] for row in rows] == [True, False]
    assert rows[0]["measured"] == [1_234.5]


def test_the_flood_is_as_large_and_as_mixed_as_it_says() -> None:
    sizes = [len(message) for message in messages()]
    assert SHORTEST <= min(sizes) < SHORTEST + 50
    assert LONGEST - 50 < max(sizes) <= LONGEST
    params = [msgspec.json.decode(message)["params"] for message in messages()]
    assert {one["level"] for one in params} == set(LEVELS)
    assert {type(one["data"]) for one in params} == {str, dict}


def test_every_row_has_a_name_of_its_own() -> None:
    assert len({row.name for row in ROWS}) == len(ROWS)


@pytest.mark.timeout(300)
def test_every_row_can_be_measured() -> None:
    # Several at a time: the figures do not matter here, and much of each is the start of a process.
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(partial(run, quick=True), ROWS))
    assert [len(outcome.measured) for outcome in found] == [1] * len(ROWS)
    assert all(isfinite(outcome.measured[0]) for outcome in found)
