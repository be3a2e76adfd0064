"""The screen of the wire: when it records, what it says of that, and what can be done with a message."""

from __future__ import annotations

from textual.widgets import Static

from mcp_tui.ui.screens.dashboard import DashboardScreen
from mcp_tui.ui.screens.help import HelpScreen
from mcp_tui.ui.screens.latency import LatencyScreen, table
from mcp_tui.ui.screens.tools import ToolPicker
from mcp_tui.ui.screens.wire import MessageScreen, WireScreen
from mcp_tui.ui.widgets.log_pane import LogPane
from mcp_tui.ui.widgets.sections import Section
from mcp_tui.ui.widgets.title_bar import TitleBar
from ui.fakes import FakeHub
from ui.host import HOSTILE, harmless
from ui.stage import Stage, stage

ASKED = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}'
ANSWERED = b'{"jsonrpc":"2.0","id":1,"result":{"content":[]}}'


def wire(it: Stage) -> WireScreen:
    assert isinstance(it.app.screen, WireScreen)
    return it.app.screen


def log(it: Stage) -> LogPane:
    return wire(it).panes.active


def texts(it: Stage) -> list[str]:
    """What the events say that are shown, beside the marks of where it records."""
    rows = log(it).reader.view.rows
    return [event.text for event in rows.between(rows.first, rows.end) if event.server != "mcp-tui"]


def head(it: Stage) -> list[str]:
    return str(wire(it).query_one("#head", Static).content).split("\n")


def title(it: Stage) -> str:
    return it.dashboard.query_one(TitleBar).render().plain


async def shown(it: Stage, count: int) -> None:
    """Until so many messages are on the screen."""
    await it.until(lambda: len(texts(it)) == count and wire(it).pulse.flushed)


def exchange(hub: FakeHub, server: str = "items", call: int | None = None) -> None:
    hub.wire.message(server, ASKED, sent=True, call=call)
    hub.advance(0.25)
    hub.wire.message(server, ANSWERED, sent=False, call=call)


async def test_it_records_from_when_it_is_opened_and_says_so() -> None:
    async with stage() as it:
        assert it.hub.wire.store is None
        await it.press("w")
        assert it.hub.wire.on
        exchange(it.hub)
        await shown(it, 2)
        assert texts(it)[1] == '← tools/call 1 250.0 ms {"content":[]}'
        assert head(it)[0].startswith("● recording · 2 messages · since ")
        assert head(it)[0].endswith("nothing from before")


async def test_w_goes_back_and_goes_on_recording() -> None:
    async with stage() as it:
        await it.press("w", "w")
        assert isinstance(it.app.screen, DashboardScreen)
        assert it.hub.wire.on
        assert "● wire" in title(it)
        exchange(it.hub)
        await it.press("w")
        await shown(it, 2)
        await it.press("escape")
        assert "● wire" not in title(it)


async def test_escape_goes_back_and_ends_it_and_what_was_recorded_stays() -> None:
    async with stage() as it:
        await it.press("w")
        exchange(it.hub)
        await shown(it, 2)
        await it.press("escape")
        assert isinstance(it.app.screen, DashboardScreen)
        assert not it.hub.wire.on
        assert [toast.message for toast in it.toasts] == ["The wire is no longer recorded; what was stays"]
        await it.press("w")
        await shown(it, 2)
        assert it.hub.wire.on


async def test_q_goes_back_and_does_not_quit() -> None:
    async with stage() as it:
        await it.press("w", "q")
        assert isinstance(it.app.screen, DashboardScreen)
        assert not it.hub.wire.on


async def test_it_can_be_paused() -> None:
    async with stage() as it:
        await it.press("w", "p")
        assert not it.hub.wire.on
        assert head(it)[0].startswith("‖ paused · 0 messages")
        assert head(it)[1].startswith("p records again")
        await it.press("p")
        assert it.hub.wire.on
        assert head(it)[0].startswith("● recording")
        rows = log(it).reader.view.rows
        assert [event.text for event in rows.between(0, 9)] == [
            "recording begins",
            "recording ends",
            "recording begins",
        ]


async def test_it_is_searched_and_filtered_like_the_log() -> None:
    async with stage() as it:
        await it.press("w")
        exchange(it.hub, "items")
        exchange(it.hub, "legacy", call=7)
        await shown(it, 4)
        await it.press("s")
        assert len(texts(it)) == 2
        assert all(event.server == "legacy" for event in log(it).reader.view.rows.between(0, 9))
        await it.press("escape")
        assert len(texts(it)) == 4
        await it.press("o")
        assert [event.call for event in log(it).reader.view.rows.between(0, 9)] == [7, 7]
        await it.press("escape", "ampersand", *"ms", "enter")
        assert len(texts(it)) == 2
        await it.press("slash", *"tools", "enter")
        assert log(it).matches is not None
        await it.press("escape")
        assert wire(it), "it ends search and filters before it goes back"
        assert len(texts(it)) == 4


async def test_a_message_is_read_and_copied_in_full() -> None:
    async with stage() as it:
        await it.press("w")
        exchange(it.hub)
        await shown(it, 2)
        await it.press("k", "enter")
        assert isinstance(it.app.screen, MessageScreen)
        said = "\n".join(str(section.content) for section in it.app.screen.query(Section))
        assert '"method": "tools/call"' in said
        await it.press("y")
        assert it.app.clipboard.encode() == ASKED


async def test_a_tool_can_be_called_while_it_is_recorded() -> None:
    async with stage() as it:
        await it.press("w", "t")
        assert isinstance(it.app.screen, ToolPicker)
        await it.press("escape")
        assert wire(it)


async def test_the_help_begins_with_its_keys() -> None:
    async with stage() as it:
        await it.press("w", "question_mark")
        assert isinstance(it.app.screen, HelpScreen)
        assert it.app.screen.query(Section).first().id == "scope-wire"


async def test_nothing_of_it_is_left_behind() -> None:
    async with stage() as it:
        await it.press("w")
        pulse = wire(it).pulse
        await it.press("w")
        flushes = pulse.flushes
        exchange(it.hub)
        await it.settle()
        assert (pulse.flushed, pulse.flushes) == (True, flushes)


# Round trips


def answered(hub: FakeHub, seconds: float, tool: str = "process_items") -> None:
    number = hub.add_call(tool=tool).number
    hub.advance(seconds)
    hub.finish(number)
    hub.latency.add(hub.calls[-1])


async def test_round_trips_are_summed_up_as_calls_end() -> None:
    async with stage() as it:
        await it.press("w", "l")
        screen = it.app.screen
        assert isinstance(screen, LatencyScreen)
        said = screen.query_one("#table", Static)
        assert "No call" in str(said.content)
        for seconds in (0.5, 0.25, 2.0):
            answered(it.hub, seconds)
        await it.until(lambda: "items.process_items" in str(said.content))
        head, line = str(said.content).split("\n")
        assert head.split() == ["count", "p50", "p95", "p99", "slowest"]
        assert line.split() == ["items.process_items", "3", "500.0", "2,000.0", "2,000.0", "2,000.0"]
        await it.press("y")
        assert it.app.clipboard.split("\n")[1].split() == line.split()


def test_a_hostile_name_stays_one_cell_after_the_other() -> None:
    hub = FakeHub()
    answered(hub, 1.0, HOSTILE)
    for width in (20, 70, 200):
        made = table(hub.latency.all, width)
        assert harmless(made.plain)
        first, second = made.split("\n")
        assert first.cell_length == second.cell_length
