"""The book of calls."""

from __future__ import annotations

import anyio
import pytest

from mcp_tui.core.calls import CallBook, token
from mcp_tui.core.status import Call, CallState, Progress, Result

RUNNING_STATES = (CallState.RUNNING, CallState.CANCELLING)
OUTCOMES = tuple(state for state in CallState if state not in RUNNING_STATES)


class Desk:
    """A book, what it told, and its clock."""

    def __init__(self) -> None:
        self.now = 100.0
        self.changes = 0
        self.ended: list[Call] = []
        self.book = CallBook(self._changed, self.ended.append, clock=lambda: self.now)

    def _changed(self) -> None:
        self.changes += 1

    def open(self, server: str = "items") -> int:
        return self.book.open(server, "process", {"count": 3})

    def call(self, number: int) -> Call:
        call = self.book.get(number)
        assert call is not None
        return call


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_new_call_runs_from_now(desk: Desk) -> None:
    number = desk.open()
    assert desk.call(number) == Call(1, "items", "process", {"count": 3}, CallState.RUNNING, 100.0)
    assert desk.changes == 1


def test_calls_are_numbered_from_one_and_no_number_is_used_again(desk: Desk) -> None:
    assert [desk.open(), desk.open()] == [1, 2]
    desk.book.end(2, CallState.FINISHED)
    desk.book.dismiss(2)
    assert desk.open() == 3
    assert [call.number for call in desk.book.all] == [1, 3]


def test_the_outcome_has_its_time_and_is_told_once(desk: Desk) -> None:
    number = desk.open()
    desk.now = 103.5
    result = Result("done", None, "{}")
    desk.book.end(number, CallState.FINISHED, result=result)
    call = desk.call(number)
    assert (call.state, call.started, call.ended, call.result) == (CallState.FINISHED, 100.0, 103.5, result)
    assert desk.ended == [call]


@pytest.mark.parametrize("first", OUTCOMES)
@pytest.mark.parametrize("second", OUTCOMES)
def test_the_first_outcome_counts(desk: Desk, first: CallState, second: CallState) -> None:
    number = desk.open()
    desk.book.end(number, first, error="first")
    before, changes = desk.call(number), desk.changes
    desk.book.end(number, second, error="second")
    assert (desk.call(number), desk.changes) == (before, changes)
    assert desk.ended == [before]


def test_a_call_that_is_asked_to_end_still_runs(desk: Desk) -> None:
    number = desk.open()
    desk.book.cancelling(number)
    assert desk.call(number).state is CallState.CANCELLING
    assert desk.book.call_of("items", None) == number
    desk.book.end(number, CallState.CANCELLED)
    assert desk.call(number).state is CallState.CANCELLED


def test_a_call_that_has_ended_cannot_be_asked_to(desk: Desk) -> None:
    number = desk.open()
    desk.book.end(number, CallState.FINISHED)
    desk.book.cancelling(number)
    assert desk.call(number).state is CallState.FINISHED


@pytest.mark.parametrize("state", CallState)
def test_which_states_are_final(state: CallState) -> None:
    assert state.final is (state in OUTCOMES)


def test_the_newest_progress_and_the_events_are_kept(desk: Desk) -> None:
    number, other = desk.open(), desk.open()
    desk.book.progress(number, Progress(1, 3))
    desk.book.progress(number, Progress(2, 3, "two"))
    desk.book.count_event(number)
    desk.book.count_event(number)
    assert (desk.call(number).progress, desk.call(number).events) == (Progress(2, 3, "two"), 2)
    assert (desk.call(other).progress, desk.call(other).events) == (None, 0)


def test_every_change_is_told(desk: Desk) -> None:
    number = desk.open()
    steps = [
        lambda: desk.book.progress(number, Progress(1)),
        lambda: desk.book.count_event(number),
        lambda: desk.book.cancelling(number),
        lambda: desk.book.end(number, CallState.CANCELLED),
        lambda: desk.book.dismiss(number),
    ]
    for count, step in enumerate(steps, 2):
        step()
        assert desk.changes == count


def test_a_value_once_given_does_not_change(desk: Desk) -> None:
    number = desk.open()
    before = desk.call(number)
    desk.book.end(number, CallState.FAILED, error="no")
    assert (before.state, desk.call(number).error) == (CallState.RUNNING, "no")


def test_a_running_call_cannot_be_dismissed(desk: Desk) -> None:
    number = desk.open()
    for prepare in (lambda: None, lambda: desk.book.cancelling(number)):
        prepare()
        desk.book.dismiss(number)
        assert [call.number for call in desk.book.all] == [number]


def test_what_is_not_there_is_left_alone(desk: Desk) -> None:
    number = desk.open()
    desk.book.end(number, CallState.FINISHED)
    desk.book.dismiss(number)
    changes = desk.changes
    for gone in (number, 99):
        desk.book.progress(gone, Progress(1))
        desk.book.count_event(gone)
        desk.book.cancelling(gone)
        desk.book.end(gone, CallState.FAILED)
        desk.book.dismiss(gone)
        assert desk.book.get(gone) is None
    assert (desk.changes, len(desk.ended)) == (changes, 1)


# Whose message it is


def test_a_token_leads_back_to_its_call(desk: Desk) -> None:
    numbers = [desk.open() for _ in range(12)]
    assert [desk.book.call_of("items", token(number)) for number in numbers] == numbers
    assert len({token(number) for number in numbers}) == 12


def test_a_token_says_nothing_about_another_server_s_call(desk: Desk) -> None:
    assert desk.book.call_of("other", token(desk.open())) is None


@pytest.mark.parametrize(
    "progress_token",
    ["", "mcp-tui-", "mcp-tui-x", "mcp-tui-99", "mcp-tui--1", "²", "٣", -1, "1.0", "9" * 5_000, True],
)
def test_a_token_that_is_none_of_ours_leads_nowhere(desk: Desk, progress_token: str | int) -> None:
    desk.open()
    assert desk.book.call_of("items", progress_token) is None


def test_the_token_of_a_call_that_has_ended_still_leads_to_it(desk: Desk) -> None:
    number = desk.open()
    desk.book.end(number, CallState.FINISHED)
    assert desk.book.call_of("items", token(number)) == number


def test_without_a_token_it_is_the_only_call_in_flight_on_that_server(desk: Desk) -> None:
    assert desk.book.call_of("items", None) is None
    first = desk.open()
    desk.open("other")
    assert desk.book.call_of("items", None) == first
    second = desk.open()
    assert desk.book.call_of("items", None) is None
    desk.book.end(first, CallState.LOST)
    assert desk.book.call_of("items", None) == second


# Waiting


async def test_wait_returns_the_call_once_it_has_ended(desk: Desk) -> None:
    number = desk.open()
    outcomes: list[Call] = []

    async def waiter() -> None:
        outcomes.append(await desk.book.wait(number))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(waiter)
            tasks.start_soon(waiter)
            await anyio.wait_all_tasks_blocked()
            desk.book.progress(number, Progress(1))
            await anyio.wait_all_tasks_blocked()
            assert outcomes == []
            desk.book.end(number, CallState.FAILED, error="no")
    assert outcomes == [desk.call(number)] * 2


async def test_a_call_that_has_ended_is_not_waited_for(desk: Desk) -> None:
    number = desk.open()
    desk.book.end(number, CallState.FINISHED)
    with anyio.fail_after(30):
        assert (await desk.book.wait(number)).state is CallState.FINISHED


async def test_a_waiter_gets_the_call_even_where_it_is_dismissed_at_once(desk: Desk) -> None:
    number = desk.open()
    outcomes: list[Call] = []

    async def waiter() -> None:
        outcomes.append(await desk.book.wait(number))

    with anyio.fail_after(30):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(waiter)
            await anyio.wait_all_tasks_blocked()
            desk.book.end(number, CallState.FINISHED)
            desk.book.dismiss(number)
    assert [call.state for call in outcomes] == [CallState.FINISHED]
