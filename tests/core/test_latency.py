"""Round trips: which calls count, the percentiles, and a memory with a bound."""

from itertools import count
from typing import Any

import pytest

from mcp_tui.core.latency import MAX_TOOLS, NEWEST, Latency, LatencyBook, percentile
from mcp_tui.core.status import Call, CallState, Result
from support.faulty import serving
from support.hubs import running

_numbers = count(1)


def ended(seconds: float, *, server: str = "items", tool: str = "echo", **more: Any) -> Call:
    fields: dict[str, Any] = {"state": CallState.FINISHED, "result": Result("", None, "{}"), **more}
    return Call(next(_numbers), server, tool, {}, started=100.0, ended=100.0 + seconds, **fields)


@pytest.mark.parametrize(
    ("percent", "found"), [(0, 1.0), (1, 1.0), (50, 50.0), (50.5, 51.0), (95, 95.0), (99, 99.0), (100, 100.0)]
)
def test_a_percentile_is_the_nearest_rank(percent: float, found: float) -> None:
    assert percentile([float(number) for number in range(1, 101)], percent) == found


def test_one_round_trip_is_every_percentile() -> None:
    assert [percentile([0.5], percent) for percent in (50, 95, 99)] == [0.5] * 3


def test_each_tool_of_each_server_has_its_own() -> None:
    book = LatencyBook()
    for seconds in (2.0, 1.0, 4.0, 3.0):
        book.add(ended(seconds))
    book.add(ended(8.0, tool="add"))
    book.add(ended(16.0, server="a"))
    assert book.all == (
        Latency("a", "echo", 1, 16.0, 16.0, 16.0, 16.0),
        Latency("items", "add", 1, 8.0, 8.0, 8.0, 8.0),
        Latency("items", "echo", 4, 2.0, 4.0, 4.0, 4.0),
    )


def test_without_an_answer_there_was_no_round_trip() -> None:
    book = LatencyBook()
    for state in (CallState.CANCELLED, CallState.LOST, CallState.FAILED):
        book.add(ended(1.0, state=state, result=None))
    assert book.all == ()
    book.add(ended(1.0, state=CallState.FAILED))
    assert [found.count for found in book.all] == [1]


def test_the_newest_are_what_the_percentiles_are_of() -> None:
    book = LatencyBook()
    for _ in range(5):
        book.add(ended(1024.0))
    for _ in range(NEWEST):
        book.add(ended(1.0))
    assert book.all == (Latency("items", "echo", NEWEST + 5, 1.0, 1.0, 1.0, 1.0),)


def test_what_was_called_longest_ago_is_forgotten() -> None:
    book = LatencyBook()
    for number in range(MAX_TOOLS):
        book.add(ended(1.0, tool=f"tool {number}"))
    book.add(ended(1.0, tool="tool 0"))
    book.add(ended(1.0, tool="one more"))
    tools = {found.tool for found in book.all}
    assert len(tools) == MAX_TOOLS
    assert {"tool 0", "one more"} <= tools
    assert "tool 1" not in tools


async def test_a_hub_notes_the_calls_that_were_answered() -> None:
    async with serving() as server, running(server.settings()) as hub:
        await hub.outcome(hub.call("faulty", "echo", {"text": "a"}))
        call = await hub.outcome(hub.call("faulty", "echo", {"text": "b"}))
        assert call.ended is not None
        (found,) = hub.latency.all
        assert (found.server, found.tool, found.count) == ("faulty", "echo", 2)
        assert 0 < found.p50 <= found.slowest
