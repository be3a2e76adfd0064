"""When a server that failed is tried again."""

import math

import anyio
import pytest

from mcp_tui.core.pace import STABLE_SECONDS, Answers, Pace
from mcp_tui.core.problem import Problem

REFUSED = Problem("refused", "connection refused")
CUT = Problem("cut", "cut")
SLOW = Problem("timeout", "no answer")


def longest(shortest: float, longest: float) -> float:
    return longest


def shortest(shortest: float, longest: float) -> float:
    return shortest


async def nobody(url: str) -> bool:
    return False


def pauses(pace: Pace, count: int, problem: Problem = CUT) -> list[float]:
    found: list[float] = []
    for _ in range(count):
        pace.failed(0)
        found.append(pace.next(problem))
    return found


async def test_pauses_double_up_to_a_minute() -> None:
    assert pauses(Pace("", uniform=longest), 10) == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60]


async def test_no_pause_is_so_short_that_there_are_more_than_two_tries_a_second() -> None:
    assert pauses(Pace("", uniform=shortest), 5) == [0.5] * 5


async def test_what_the_server_asks_for_is_kept() -> None:
    assert pauses(Pace("", uniform=shortest), 2, Problem("status", "429", status=429, retry_after=7)) == [7, 7]


async def test_a_session_that_lasted_ends_an_outage_and_a_short_one_does_not() -> None:
    pace = Pace("", uniform=longest)
    pauses(pace, 4)
    pace.failed(STABLE_SECONDS - 1)
    assert pace.tries == 5
    pace.failed(STABLE_SECONDS)
    assert pace.tries == 1


async def test_a_pause_ends_when_hurried() -> None:
    pace = Pace("", accepts=nobody)
    pace.failed(0)
    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pace.rest, 3_600, REFUSED)
            await anyio.wait_all_tasks_blocked()
            pace.hurry()


async def test_a_pause_ends_when_the_port_takes_connections_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_tui.core.pace.LOOK_SECONDS", 0.01)
    looks: list[str] = []

    async def third_time(url: str) -> bool:
        looks.append(url)
        return len(looks) == 3

    pace = Pace("http://127.0.0.1:1/mcp", accepts=third_time)
    pace.failed(0)
    with anyio.fail_after(30):
        await pace.rest(3_600, REFUSED)
    assert looks == ["http://127.0.0.1:1/mcp"] * 3


async def test_a_port_that_was_never_closed_is_no_reason_to_hurry(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("mcp_tui.core.pace.LOOK_SECONDS", 0.01)
    looks: list[str] = []

    async def always(url: str) -> bool:
        looks.append(url)
        return True

    pace = Pace("http://127.0.0.1:1/mcp", accepts=always)
    pace.failed(0)
    started = anyio.current_time()
    await pace.rest(0.2, CUT)
    assert anyio.current_time() - started >= 0.2
    assert looks


async def test_a_server_that_was_cut_off_is_found_once_it_has_been_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_tui.core.pace.LOOK_SECONDS", 0.01)
    there = [True, False, True]

    async def again(url: str) -> bool:
        return there.pop(0)

    pace = Pace("http://127.0.0.1:1/mcp", accepts=again)
    pace.failed(0)
    with anyio.fail_after(30):
        await pace.rest(3_600, CUT)
    assert there == []


@pytest.mark.parametrize("seconds", [0.1, 30.0])
async def test_a_server_that_was_too_slow_is_tried_when_it_wakes_up(seconds: float) -> None:
    pace = Pace("http://127.0.0.1:1/mcp", answers=taking(seconds))
    pace.failed(0)
    with anyio.fail_after(30):
        await pace.rest(3_600, SLOW)


@pytest.mark.parametrize("waits", [(math.inf,), (0.1, 0.1)], ids=["it says nothing", "it is prompt each time"])
async def test_a_server_that_is_too_slow_as_ever_is_not_hurried_to(waits: tuple[float, ...]) -> None:
    pace = Pace("http://127.0.0.1:1/mcp", answers=taking(*waits))
    for _ in waits[1:]:
        pace.failed(0)
        await pace.rest(3_600, SLOW)
    pace.failed(0)
    started = anyio.current_time()
    await pace.rest(0.2, SLOW)
    assert anyio.current_time() - started >= 0.2


async def test_another_outage_is_another_chance() -> None:
    pace = Pace("http://127.0.0.1:1/mcp", answers=taking(0.1, 0.1))
    with anyio.fail_after(30):
        for lasted in (0, STABLE_SECONDS):
            pace.failed(lasted)
            await pace.rest(3_600, SLOW)


def taking(*seconds: float) -> Answers:
    """A server that takes so long to say anything, each time."""
    left = list(seconds)

    async def answer(url: str) -> float:
        return left.pop(0)

    return answer


@pytest.mark.parametrize(
    "problem",
    [Problem("status", "HTTP 500"), Problem("refused", "busy", retry_after=0.05)],
    ids=["status", "retry-after"],
)
async def test_a_server_that_answers_is_not_looked_at(monkeypatch: pytest.MonkeyPatch, problem: Problem) -> None:
    monkeypatch.setattr("mcp_tui.core.pace.LOOK_SECONDS", 0.01)

    async def asked(url: str) -> bool:
        raise AssertionError(url)

    pace = Pace("http://127.0.0.1:1/mcp", accepts=asked)
    pace.failed(0)
    with anyio.fail_after(30):
        await pace.rest(0.05, problem)
