"""The app as a whole: screens on top of the dashboard, the palette, the pulse, how it ends."""

from __future__ import annotations

import asyncio
import json
import signal

from textual.widgets import OptionList

from mcp_tui.core.levels import Level
from mcp_tui.core.status import CallState, State, Tool
from mcp_tui.errors import ConfigError
from mcp_tui.settings import Config, ServerSettings
from mcp_tui.ui.actions import ACTIONS
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.palette import PaletteProvider
from mcp_tui.ui.screens.event import EventScreen
from mcp_tui.ui.screens.help import HelpScreen
from mcp_tui.ui.screens.result import ResultScreen
from mcp_tui.ui.screens.server import ServerScreen
from mcp_tui.ui.screens.tools import ToolPicker
from mcp_tui.ui.screens.trust import TrustScreen
from mcp_tui.ui.theme import DARK, LIGHT
from mcp_tui.ui.widgets.calls import CallsPanel
from mcp_tui.ui.widgets.key_bar import KeyBar
from mcp_tui.ui.widgets.sections import Section
from mcp_tui.ui.widgets.servers import ServerList, Sidebar
from mcp_tui.ui.widgets.title_bar import STALE
from ui.fakes import FakeHub, status
from ui.stage import Stage, stage


def keys(it: Stage) -> str:
    """The footer."""
    return it.dashboard.query_one(KeyBar).render().plain


def toasts(it: Stage) -> list[str]:
    return [toast.message for toast in it.toasts]


# Screens on top.


async def test_an_event_in_full_and_copied():
    async with stage() as it:
        it.hub.log(Level.INFO, "summary", data='{"a": {"b": [1, 2]}, "evil": "\\u001b]52;c;x\\u0007"}')
        await it.settle()
        await it.press("enter")
        assert isinstance(it.app.screen, EventScreen)
        texts = [str(section.content) for section in it.app.screen.query(Section)]
        assert any('"b": [\n' in text for text in texts)
        assert not any("\x1b" in text for text in texts)
        await it.press("y")
        assert json.loads(it.app.clipboard)["data"]["a"] == {"b": [1, 2]}
        await it.press("escape")
        assert it.app.screen is it.dashboard


async def test_y_copies_the_event_as_ndjson():
    async with stage() as it:
        it.hub.log(Level.INFO, "copy me")
        await it.settle()
        await it.press("y")
        assert json.loads(it.app.clipboard)["text"] == "copy me"


async def test_help_lists_every_action_with_the_focused_scope_first():
    async with stage() as it:
        await it.press("question_mark")
        assert isinstance(it.app.screen, HelpScreen)
        sections = list(it.app.screen.query(Section))
        assert sections[0].id == "scope-pane"
        text = "\n".join(str(section.content) for section in sections)
        assert [action.id for action in ACTIONS if action.description not in text] == []
        await it.press("question_mark")
        assert it.app.screen is it.dashboard


async def test_every_key_of_the_dashboard_does_something():
    async with stage() as it:
        for action in ACTIONS:
            if action.scope in ("app", "dashboard", "pane"):
                name = action.action.split("(")[0]
                owner = it.app if name.startswith("app.") or action.scope == "app" else it.dashboard
                assert hasattr(owner, f"action_{name.removeprefix('app.')}"), action.id


async def test_the_footer_fits_into_80_columns():
    async with stage(size=(80, 24)) as it:
        it.hub.add_call()
        await it.settle()
        assert keys(it).startswith("t Call  / Search  f Follow  ⏎ Open")
        await it.press("c")
        assert keys(it).startswith("⏎ Result  x Cancel/dismiss  X Dismiss ended")
        await it.press("S")
        it.dashboard.query_one(ServerList).focus()
        await it.until(lambda: it.dashboard.scope == "servers")
        await it.settle()
        assert keys(it).startswith("⏎ Open  ")
        for size in (60, 80, 120):
            await it.pilot.resize_terminal(size, 24)
            await it.settle()
            assert len(keys(it)) == size - 2
            assert keys(it).endswith("? Help  q Quit")


async def test_a_click_on_a_key_presses_it():
    async with stage(size=(80, 24)) as it:
        await it.pilot.click(KeyBar, offset=(2, 0))
        await it.settle()
        assert isinstance(it.app.screen, ToolPicker)
        await it.press("escape")
        await it.pilot.click(KeyBar, offset=(70, 0))
        await it.settle()
        assert isinstance(it.app.screen, HelpScreen)


async def test_what_mcp_tui_says_of_itself_is_read_at_once():
    async with stage() as it:
        it.hub.log(Level.NOTICE, "the configuration was read again", "mcp-tui")
        it.hub.log(Level.WARNING, "config.toml: [b]servrs is no key", "mcp-tui")
        it.hub.log(Level.ERROR, "not of ours", "items")
        await it.settle()
        assert toasts(it) == ["config.toml: [b]servrs is no key"]
        it.hub.log(Level.ERROR, "the history is off", "mcp-tui")
        await it.settle()
        assert toasts(it) == ["config.toml: [b]servrs is no key", "the history is off"]
        assert [(toast.severity, toast.timeout, toast.markup) for toast in it.toasts] == [
            ("warning", 8.0, False),
            ("error", 8.0, False),
        ]


async def test_a_key_that_does_nothing_here_says_so():
    async with stage() as it:
        await it.press("x")
        assert toasts(it)[-1] == "No calls yet: t calls a tool"
        it.hub.add_call()
        await it.press("x")
        assert toasts(it)[-1] == "c goes to the calls"
        assert it.hub.cancelled == []
        await it.press("2", "enter")
        assert toasts(it)[-1] == "No event here to open"
        await it.press("y")
        assert toasts(it)[-1] == "No event here to copy"
        # A call runs: it takes a second press.
        await it.press("r")
        assert toasts(it)[-1] == "1 running on items would be lost: r again reconnects"
        assert it.hub.reconnected == []
        await it.press("r")
        assert toasts(it)[-1] == "Reconnecting to items"
        assert it.hub.reconnected == ["items"]


async def test_c_goes_to_the_newest_call_that_runs_and_capital_x_clears_the_ended():
    async with stage() as it:
        for _ in range(3):
            it.hub.add_call()
        it.hub.finish(1)
        it.hub.finish(3)
        await it.settle()
        await it.press("c")
        assert it.dashboard.chosen_call == 2
        await it.press("X")
        assert it.hub.dismissed == [1, 3]
        assert [call.number for call in it.hub.calls] == [2]
        it.hub.finish(2)
        await it.settle()
        it.hub.add_call(state=CallState.FAILED)
        await it.press("1", "c")
        assert it.dashboard.chosen_call == 3


async def test_the_servers_take_at_most_a_third():
    async with stage() as it:
        sidebar = it.dashboard.query_one(Sidebar)
        for width, least, most in ((100, 28, 28), (119, 28, 28), (120, 32, 32), (200, 32, 66)):
            await it.pilot.resize_terminal(width, 40)
            await it.settle()
            assert least <= sidebar.outer_size.width <= most
        await it.pilot.resize_terminal(66, 24)
        await it.press("S")
        assert 15 < sidebar.outer_size.width <= 22


async def test_the_server_column_goes_while_the_filter_names_one_server():
    async with stage(size=(100, 30)) as it:
        it.hub.log(Level.INFO, "hello", "items")
        await it.settle()
        assert it.rows(Level.INFO)[0] == "▌30:00 items  hello"
        await it.press("s")
        assert it.rows(Level.INFO)[0] == "▌30:00 hello"
        await it.press("s")
        assert it.rows(Level.INFO)[0] == "▌30:00 items  hello"


async def test_calls_and_their_results():
    async with stage() as it:
        await it.press("c")
        it.hub.add_call()
        await it.settle()
        await it.press("c")
        assert isinstance(it.dashboard.focused, CallsPanel)
        await it.press("enter")
        assert isinstance(it.app.screen, ResultScreen)
        it.hub.finish(1, "forty-two")
        await it.settle()
        assert any("forty-two" in str(section.content) for section in it.app.screen.query(Section))


async def test_events_that_come_while_a_screen_opens_do_no_harm():
    async with stage() as it:
        number = it.hub.add_call().number
        await it.settle()
        hub = it.hub
        for screen in (ToolPicker(hub), ResultScreen(hub, number), ServerScreen(hub, "items")):
            it.app.push_screen(screen)
            it.dashboard.refresh_top()
            await it.settle()
            it.dashboard.refresh_top()
            await it.press("escape")


async def test_t_asks_for_a_tool_and_r_reconnects():
    async with stage() as it:
        await it.press("r")
        assert it.hub.reconnected == ["items"]
        await it.press("t")
        assert isinstance(it.app.screen, ToolPicker)


async def test_commands_are_shown_before_they_are_trusted():
    hub = FakeHub("items", status("local", State.FAILED, transport="stdio"))
    asks = ("run uvx [b]mcp-server-git",)
    hub.config = Config(servers=(ServerSettings("local", "stdio", command=("uvx",), asks=asks),))
    async with stage(hub) as it:
        await it.press("T")
        assert it.app.screen is it.dashboard
        hub.waits_for_trust = True
        hub.changed()
        await it.settle()
        assert keys(it).startswith("T Trust  ")
        await it.press("T")
        assert isinstance(it.app.screen, TrustScreen)
        assert "uvx [b]mcp-server-git" in str(it.app.screen.query(Section).first().content)
        assert hub.waits_for_trust
        await it.press("T")
        assert it.app.screen is it.dashboard
        assert not hub.waits_for_trust
        hub.changed()
        await it.settle()
        assert "Trust" not in keys(it)


async def test_the_palette_calls_tools_and_filters():
    async with stage() as it:
        provider = PaletteProvider(it.dashboard)
        names = [hit.text async for hit in provider.search("call process items")]
        assert "Call Process items on items" in names
        hits = [hit async for hit in provider.search("only legacy")]
        run = hits[0].command
        run()
        assert it.dashboard.panes.filter.server == "legacy"


async def test_the_palette_shows_a_hostile_tool_as_text():
    evil = Tool(name="[b]\x1b]52;c;eA==\x07[/nope]")
    async with stage(FakeHub(status("items", tools=(evil,)))) as it:
        await it.press("ctrl+p", *"call [b]")
        await it.until(lambda: it.app.screen.query_one(OptionList).option_count > 0)
        await it.pilot.pause()


async def test_the_theme_changes():
    async with stage() as it:
        assert it.app.theme == DARK
        await it.press("ctrl+t")
        assert it.app.theme == LIGHT
        it.app.theme = "nord"
        await it.settle()


# The pulse and the life of the app.


async def test_an_idle_screen_never_wakes():
    async with stage() as it:
        it.hub.emit_levels()
        await it.settle()
        pulse = it.dashboard.pulse
        it.hub.advance(STALE)
        it.hub.changed()
        await it.until(lambda: pulse.idle)
        flushes = pulse.flushes
        for _ in range(20):
            await it.pilot.pause()
        assert pulse.flushes == flushes


async def test_a_running_call_makes_the_screen_tick():
    async with stage() as it:
        it.hub.add_call()
        pulse = it.dashboard.pulse
        await it.settle()
        flushes = pulse.flushes
        await it.until(lambda: pulse.flushes >= flushes + 2)
        it.hub.set_call(1, state=CallState.FINISHED)
        await it.until(lambda: pulse.idle)


async def test_a_burst_is_one_flush():
    async with stage() as it:
        await it.until(lambda: it.dashboard.pulse.idle)
        flushes = it.dashboard.pulse.flushes
        it.hub.flood(10_000)
        await it.settle()
        # One; on a slow machine one more for each second, because the speed in the title is still moving.
        assert it.dashboard.pulse.flushes - flushes < 20


async def test_the_hub_runs_behind_the_first_frame():
    async with stage() as it:
        await it.until(lambda: it.hub.runs == 1)


async def test_a_hub_that_fails_ends_the_app_with_its_words():
    hub = FakeHub(failure=ConfigError("no such [key]", hint="remove it"))
    app = McpTuiApp(hub)
    async with app.run_test() as pilot:
        async with asyncio.timeout(60):
            while not app.return_code:
                await pilot.pause()
    assert app.return_code == 2


async def test_a_crash_of_the_hub_is_exit_code_1():
    app = McpTuiApp(FakeHub(failure=RuntimeError("boom [b]")))
    async with app.run_test() as pilot:
        async with asyncio.timeout(60):
            while not app.return_code:
                await pilot.pause()
    assert app.return_code == 1


async def test_it_ends_in_order_as_at_a_signal():
    async with stage() as it:
        it.app.stop(signal.SIGTERM)
        await it.until(lambda: it.app.return_code == 128 + signal.SIGTERM)
