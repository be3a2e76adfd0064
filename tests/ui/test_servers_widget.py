"""The left column: servers and tools."""

from __future__ import annotations

from typing import Any

import pytest
from textual.content import Content

from mcp_tui.core.levels import Level
from mcp_tui.core.status import ServerStatus, State, Tool
from mcp_tui.core.text import clean
from mcp_tui.ui.widgets.lines import column, duration, fit, latency, number, spread
from mcp_tui.ui.widgets.server_line import GLYPHS, server_line
from mcp_tui.ui.widgets.servers import Sidebar
from mcp_tui.ui.widgets.sparkline import CELLS, Rate, blocks, sparkline
from mcp_tui.ui.widgets.title_bar import servers as title
from mcp_tui.ui.widgets.tool_list import tool_line
from ui.fakes import EMIT_LEVELS, PROCESS_ITEMS, START, FakeHub, status
from ui.host import HOSTILE, Host, harmless, until


class Nobody(FakeHub):
    """A hub without servers."""

    @property
    def servers(self) -> tuple[ServerStatus, ...]:
        return ()


def shown(
    one: ServerStatus, *, errors: int = 0, counts: tuple[int, ...] = (0,) * CELLS, width: int = 28
) -> list[str]:
    return server_line(one, width=width, now=START, errors=errors, counts=counts).plain.split("\n")


# Lines and numbers


def test_text_is_cut_to_cells_not_characters() -> None:
    assert fit("日本語日本語", 7).plain == "日本語…"
    assert fit("short", 9).plain == "short"
    assert fit("x", 0).plain == ""
    assert column("日本", 6).plain == "日本  "


def test_the_left_side_gives_way() -> None:
    assert spread(Content("a long name"), Content("12 ms"), 12).plain == "a lon… 12 ms"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 ms"),
        (0.24, "240 ms"),
        (0.9999, "1.0 s"),
        (4.24, "4.2 s"),
        (59.96, "1m 00s"),
        (62, "1m 02s"),
        (3720, "1h 02m"),
    ],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, ""), (0.0004, "<1 ms"), (0.0124, "12 ms"), (0.9999, "1.0 s"), (2.5, "2.5 s")]
)
def test_latencies(seconds: float | None, text: str) -> None:
    assert latency(seconds) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(3, "3"), (3.0, "3"), (0.25, "0.25"), (1e6, "1,000,000"), (1e99, "1e+99"), (float("inf"), "inf")],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


# The rate


def test_a_rate_counts_by_cell_and_forgets() -> None:
    rate = Rate()
    rate.note(100, 0.0)
    assert rate.counts == (0,) * 8
    rate.note(103, 1.9)
    rate.note(104, 2.0)
    assert rate.counts == (0, 0, 0, 0, 0, 0, 3, 1)
    rate.note(104, 9.0)
    assert rate.counts == (0, 0, 0, 3, 1, 0, 0, 0)
    rate.note(104, 1000.0)
    assert rate.counts == (0,) * 8


def test_blocks_tell_none_from_few_and_few_from_many() -> None:
    assert blocks((0, 1, 4, 8)) == "▁▂▅█"
    assert blocks((0, 1, 500, 1000)) == "▁▂▅█"
    assert blocks(()) == ""
    assert sparkline((0, 8)).plain == "▁█"


# One server


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_a_glyph_and_a_word(state: State) -> None:
    lines = shown(status("items", state))
    assert lines[0].startswith(f"{GLYPHS[state]} items")
    assert state.value in lines[1]


def test_a_ready_server() -> None:
    lines = shown(status("items", latency=0.012), errors=3, counts=(0, 0, 0, 0, 0, 0, 1, 8))
    assert lines == ["● items         3 err  12 ms", "  ready · modern    ▁▁▁▁▁▁▂█"]


def test_a_waiting_server_counts_down_and_says_why() -> None:
    waiting = status("local", State.WAITING, retry_at=START + 3.2, attempt=2, reason="connection refused " * 3)
    lines = shown(waiting)
    assert lines[1].strip() == "waiting 4s · try 2"
    assert lines[2] == "  connection refused connec…"


def test_a_server_that_is_not_heard_says_so() -> None:
    assert shown(status("items", silent="not listening: ended"))[2] == "  not listening: ended"


def test_no_line_is_wider_than_there_is_room() -> None:
    long = status("a-very-long-name-for-a-server", latency=0.5, era="handshake", silent="x" * 90)
    for width in (8, 20, 28):
        made = server_line(long, width=width, now=START, errors=12345, counts=(9,) * 8)
        assert max(Content(line).cell_length for line in made.plain.split("\n")) <= width


def test_a_tool_line_names_what_is_required_where_there_is_room() -> None:
    assert tool_line(PROCESS_ITEMS, 26).plain == "Process items (count, …)"
    assert tool_line(PROCESS_ITEMS, 20).plain == "Process items (…)"
    assert tool_line(PROCESS_ITEMS, 15).plain == "Process items"
    assert tool_line(PROCESS_ITEMS, 8).plain == "Process…"
    assert tool_line(EMIT_LEVELS, 26).plain == "emit_levels"
    schema: dict[str, Any] = {"properties": {"a": {}, "b": {}, "c": {}}, "required": ["a", "b", "c"]}
    assert [tool_line(Tool("t", input_schema=schema), width).plain for width in (11, 10, 8, 6, 4)] == [
        "t (a, b, c)",
        "t (a, …)",
        "t (a, …)",
        "t (…)",
        "t",
    ]


def test_a_server_that_waits_for_trust_says_so() -> None:
    waits = status("git", State.FAILED, reason="not trusted yet: it runs a command")
    lines = shown(waits)
    assert lines[0].startswith("⊘ git")
    assert [line.strip() for line in lines[1:]] == ["not trusted · T"]
    assert title((waits, status("items")), 60).plain == "⊘ git not trusted · T  ● items"


def test_the_era_is_left_out_rather_than_cut() -> None:
    assert shown(status("a", era="handshake"), width=26)[1] == "  ready           ▁▁▁▁▁▁▁▁"


# The widget


async def test_the_first_server_is_selected_and_its_tools_are_shown() -> None:
    hub = FakeHub("items", status("legacy", tools=(Tool("old_tool"),)))
    app = Host(sidebar := Sidebar(hub))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Tools of items" in app.text())
        assert sidebar.selected == "items"
        await pilot.press("j")
        await until(pilot, lambda: "Tools of legacy" in app.text())
        assert sidebar.selected == "legacy"
        assert "old_tool" in app.text()


async def test_enter_opens_a_server_and_calls_a_tool() -> None:
    app = Host(Sidebar(FakeHub("items", "other")))
    async with app.run_test(message_hook=app.note) as pilot:
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.posted(Sidebar.ServerOpened))
        assert app.posted(Sidebar.ServerOpened)[0].server == "other"
        await pilot.press("tab", "j", "enter")
        await until(pilot, lambda: app.posted(Sidebar.ToolChosen))
        chosen = app.posted(Sidebar.ToolChosen)[0]
        assert (chosen.server, chosen.tool) == ("other", "emit_levels")


async def test_the_mouse_selects_and_then_opens() -> None:
    app = Host(sidebar := Sidebar(FakeHub("items", "other")))
    async with app.run_test(message_hook=app.note) as pilot:
        await pilot.click("ServerList", offset=(6, 3))
        await until(pilot, lambda: sidebar.selected == "other")
        assert not app.posted(Sidebar.ServerOpened)
        await pilot.click("ServerList", offset=(6, 3), times=2)
        await until(pilot, lambda: app.posted(Sidebar.ServerOpened))
        await pilot.click("ToolList", offset=(6, 1))
        await until(pilot, lambda: app.posted(Sidebar.ToolChosen))
        assert app.posted(Sidebar.ToolChosen)[0].tool == "process_items"


async def test_the_selection_stays_while_servers_come_and_change() -> None:
    hub = FakeHub("a", "b")
    app = Host(sidebar := Sidebar(hub))
    async with app.run_test() as pilot:
        await pilot.press("j")
        hub.set_status("c")
        hub.set_status("b", state=State.FAILED, reason="gone", tools=())
        sidebar.refresh_status()
        await until(pilot, lambda: "not ready: failed" in app.text())
        assert sidebar.selected == "b"
        assert "✖ b" in app.text()


async def test_errors_and_events_are_counted() -> None:
    hub = FakeHub("items")
    app = Host(sidebar := Sidebar(hub))
    async with app.run_test() as pilot:
        hub.flood(20)
        hub.flood(2, Level.CRITICAL)
        sidebar.refresh_status()
        await until(pilot, lambda: "2 err" in app.text())
        assert "▁█" in app.text()


async def test_without_servers_it_says_what_to_do() -> None:
    app = Host(sidebar := Sidebar(Nobody()))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "mcp-tui add NAME URL" in app.text())
        assert sidebar.selected is None
        await pilot.press("enter", "j", "tab", "enter")
        assert sidebar.selected is None


@pytest.mark.parametrize(
    ("one", "said"),
    [(status("a", tools=()), "no tools"), (status("a", State.CONNECTING), "connecting…")],
)
async def test_without_tools_it_says_why(one: ServerStatus, said: str) -> None:
    app = Host(Sidebar(FakeHub(one)))
    async with app.run_test() as pilot:
        await until(pilot, lambda: said in app.text())


async def test_what_a_server_calls_its_tools_is_text_only() -> None:
    tool = Tool(clean("t" + HOSTILE), title=clean(HOSTILE))
    hub = FakeHub(status("items", tools=(tool, tool)), status("b", State.FAILED, reason=clean(HOSTILE)))
    app = Host(Sidebar(hub))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "[red]x[/red]" in app.text())
        assert harmless(app.text())
