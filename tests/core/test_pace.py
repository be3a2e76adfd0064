"""When a server that failed is tried again."""

import anyio
import pytest

from mcp_tui.core.pace import STABLE_SECONDS, Pace
from mcp_tui.core.problem import Problem

REFUSED = Problem("refused", "connection refused")
CUT = Problem("cut", "cut")


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
    with anyio.fail_after(5):
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
    with anyio.fail_after(5):
        await pace.rest(3_600, REFUSED)
    assert looks == ["http://127.0.0.1:1/mcp"] * 3


@pytest.mark.parametrize("problem", [CUT, Problem("refused", "busy", retry_after=0.05)], ids=["cut", "retry-after"])
async def test_a_server_that_answers_is_not_looked_at(monkeypatch: pytest.MonkeyPatch, problem: Problem) -> None:
    monkeypatch.setattr("mcp_tui.core.pace.LOOK_SECONDS", 0.01)

    async def asked(url: str) -> bool:
        raise AssertionError(url)

    pace = Pace("", accepts=asked)
    pace.failed(0)
    with anyio.fail_after(5):
        await pace.rest(0.05, problem)
