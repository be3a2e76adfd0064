"""The calls at the bottom, and one call in full."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_tui.core.status import Call, CallState, Progress, Result
from mcp_tui.ui.widgets.call_line import bar, call_line, count, elapsed, fraction, outcome, said, summary
from mcp_tui.ui.widgets.calls import CallsPanel
from ui.fakes import FakeHub
from ui.host import HOSTILE, Host, harmless, until


def call(state: CallState = CallState.RUNNING, **more: Any) -> Call:
    fields: dict[str, Any] = {"number": 3, "server": "items", "tool": "process_items", "arguments": {}}
    return Call(state=state, started=100.0, **{**fields, **more})


def line(one: Call, width: int = 100) -> str:
    return call_line(one, width=width, name_width=22, now=104.2).plain


# Pure parts


@pytest.mark.parametrize(
    ("progress", "done"),
    [
        (None, None),
        (Progress(3, None), None),
        (Progress(3, 0), None),
        (Progress(3, -1), None),
        (Progress(3, 5), 0.6),
        (Progress(9, 5), 1.0),
        (Progress(-1, 5), 0.0),
        (Progress(float("inf"), 5), None),
        (Progress(float("nan"), 5), None),
    ],
)
def test_what_part_is_done(progress: Progress | None, done: float | None) -> None:
    assert fraction(progress) == done


def test_a_bar_fills_by_half_cells() -> None:
    assert [bar(part, 4, 0).plain for part in (0, 0.125, 0.5, 0.9, 1)] == ["────", "╸───", "━━──", "━━━╸", "━━━━"]


def test_a_bar_of_unknown_length_goes_to_and_fro_within_its_width() -> None:
    seen = {bar(None, 8, step / 8).plain for step in range(40)}
    assert all(len(text) == 8 and text.count("━") == 2 for text in seen)
    assert len(seen) == 7


def test_counts() -> None:
    assert count(Progress(3, 5)) == "3/5"
    assert count(Progress(1200, None)) == "1,200"
    assert count(None) == ""


def test_the_elapsed_time_stands_still_once_the_call_has_ended() -> None:
    assert elapsed(call(), 104.2) == "4.2 s"
    assert elapsed(call(CallState.FINISHED, ended=101.0), 999.0) == "1.0 s"


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (call(CallState.FAILED, error="no such thing"), "failed: no such thing"),
        (call(CallState.FAILED, result=Result("\nbad\nworse", None, "{}", True)), "failed: bad"),
        (call(CallState.FAILED), "failed"),
        (call(CallState.LOST), "lost: the tool may have run"),
        (call(CallState.CANCELLED), "cancelled"),
        (call(CallState.CANCELLING), "cancelling"),
    ],
)
def test_outcomes_in_words(one: Call, said: str) -> None:
    assert outcome(one) == said


def test_a_running_call() -> None:
    shown = line(call(progress=Progress(3, 5, "half way"), events=5))
    assert shown.startswith(
        "▸ #3 items.process_items    4.2 s  ━━━━━━━─────  60%  running · 3/5 · half way · 5 events"
    )
    assert shown.endswith("✕")


def test_where_room_is_short_the_words_are_those_that_say_most() -> None:
    running = line(call(progress=Progress(3, 5, "item 3/5: plum")), width=76)
    assert "60%  item 3/5: plum" in running
    assert "running" not in running
    ended = call(CallState.FINISHED, ended=101.0, progress=Progress(5, 5), result=Result("", '{"a": 1}', "{}"))
    assert '1.0 s  finished · {"a":1}' in line(ended, width=76)
    assert "cancelling · 3/5" in line(call(CallState.CANCELLING, progress=Progress(3, 5)), width=76)


def test_a_finished_call_shows_the_first_line_of_its_result() -> None:
    shown = line(call(CallState.FINISHED, ended=101.0, result=Result("ten\nitems", None, "{}")))
    assert "✔ #3" in shown
    assert "finished · ten" in shown
    assert "items ✕" not in shown


@pytest.mark.parametrize(
    ("result", "said"),
    [
        (Result('{\n  "total": 5\n}', '{"total": 5, "processed": [1, 2]}', "{}"), '{"total":5,"processed":[1,2]}'),
        (Result('{\n  "a": "é\\u001b"\n}', None, "{}"), '{"a":"é\\u001b"}'),
        (Result("[\n  1\n]", None, "{}"), "[1]"),
        (Result("{not json", None, "{}"), "{not json"),
        (Result("\n\n 42 \nmore", None, "{}"), "42"),
        (Result("[" + "1,\n" * 9_000 + "1]", None, "{}"), "[1, 1, 1, 1, 1,"),
    ],
)
def test_a_result_in_one_line(result: Result, said: str) -> None:
    assert summary(result).startswith(said)
    assert len(summary(result)) < 600


@pytest.mark.parametrize(
    ("progress", "shown"),
    [
        (Progress(3, 5, "half way"), "3/5 · half way"),
        (Progress(4, 5, "4 of 5 items"), "4 of 5 items"),
        (Progress(3, 5, "Processing item 3/5: plum"), "Processing item 3/5: plum"),
        (Progress(3, 5, "of 7"), "3/5 · of 7"),
        (Progress(3, None, "row"), "3 · row"),
        (Progress(3, 5), "3/5"),
    ],
)
def test_progress_is_said_once(progress: Progress, shown: str) -> None:
    assert said(progress) == shown


@pytest.mark.parametrize("width", [20, 40, 56, 76, 200])
def test_a_line_is_as_wide_as_asked(width: int) -> None:
    one = call(progress=Progress(1, 3, "日本語" * 60), tool="t" * 200)
    assert call_line(one, width=width, name_width=14, now=0).cell_length == max(width, 3)


# The panel


async def test_the_panel_is_there_only_with_calls() -> None:
    hub = FakeHub()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test() as pilot:
        assert not panel.display
        assert panel.selected is None
        hub.add_call()
        panel.refresh_calls()
        await until(pilot, lambda: "#1 items.process_items" in app.text())
        assert panel.has_running
        assert panel.selected == 1
        hub.finish(1)
        hub.dismiss(1)
        panel.refresh_calls()
        await until(pilot, lambda: not panel.display)
        assert not panel.has_running


async def test_the_title_counts() -> None:
    hub = FakeHub()
    hub.add_call()
    hub.add_call()
    hub.finish(1)
    app = Host(CallsPanel(hub))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Calls · 1 running · 1 ended" in app.text())


async def test_enter_opens_x_cancels_and_then_dismisses() -> None:
    hub = FakeHub()
    hub.add_call()
    hub.add_call()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test(message_hook=app.note) as pilot:
        panel.focus()
        await pilot.press("k", "enter")
        await until(pilot, lambda: app.posted(CallsPanel.Opened))
        assert app.posted(CallsPanel.Opened)[0].number == 1
        await pilot.press("x")
        await until(pilot, lambda: "cancelling" in app.text())
        assert hub.cancelled == [1]
        hub.set_call(1, state=CallState.CANCELLED)
        await pilot.press("x")
        await until(pilot, lambda: panel.selected == 2)
        assert hub.dismissed == [1]


async def test_a_new_call_does_not_take_the_cursor_from_a_reader() -> None:
    hub = FakeHub()
    hub.add_call()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test() as pilot:
        app.set_focus(None)
        await until(pilot, lambda: not panel.has_focus)
        hub.add_call()
        panel.refresh_calls()
        assert panel.selected == 2
        panel.focus()
        await until(pilot, lambda: panel.has_focus)
        hub.add_call()
        panel.refresh_calls()
        assert panel.selected == 2


async def test_the_cross_at_the_end_of_a_line_cancels_that_call() -> None:
    hub = FakeHub()
    hub.add_call()
    hub.add_call()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test() as pilot:
        await until(pilot, lambda: panel.region.width)
        await pilot.click(CallsPanel, offset=(panel.region.width - 3, 1))
        await until(pilot, lambda: hub.cancelled)
        assert hub.cancelled == [1]


async def test_a_new_call_is_scrolled_into_view() -> None:
    hub = FakeHub()
    for _ in range(20):
        hub.add_call()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test(size=(80, 24)) as pilot:
        panel.focus()
        await pilot.press("g")
        await until(pilot, lambda: "#1 " in app.text())
        hub.add_call()
        panel.refresh_calls()
        await until(pilot, lambda: "#21 " in app.text())
        assert panel.selected == 1
        app.set_focus(None)
        await until(pilot, lambda: not panel.has_focus)
        hub.add_call()
        panel.refresh_calls()
        await until(pilot, lambda: "#22 " in app.text())
        assert panel.selected == 22


async def test_the_row_under_the_cursor_is_marked() -> None:
    hub = FakeHub()
    hub.add_call()
    hub.add_call()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test() as pilot:
        panel.focus()
        await pilot.press("k")
        await until(pilot, lambda: "▌▸ #1" in app.text() and " ▸ #2" in app.text())
        app.set_focus(None)
        await until(pilot, lambda: "▎▸ #1" in app.text())


async def test_many_calls_scroll() -> None:
    hub = FakeHub()
    for _ in range(20):
        hub.add_call()
    app = Host(panel := CallsPanel(hub))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "#20" in app.text())
        assert panel.region.height == 8
        assert "#14 " not in app.text()


async def test_what_a_server_says_of_a_call_is_text_only() -> None:
    hub = FakeHub()
    hub.add_call(tool=HOSTILE)
    hub.progress(1, 1, 2, HOSTILE)
    hub.add_call(state=CallState.FAILED, error=HOSTILE)
    hub.add_call()
    hub.finish(3, HOSTILE)
    app = Host(CallsPanel(hub))
    async with app.run_test(size=(200, 24)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 4)
        assert harmless(app.text())
