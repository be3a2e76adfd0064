"""The app as a whole: screens on top of the dashboard, the palette, the pulse, how it ends."""

from __future__ import annotations

import json
import signal

from textual.widgets import Footer, OptionList

from mcp_tui.core.levels import Level
from mcp_tui.core.status import CallState, State, Tool
from mcp_tui.errors import ConfigError
from mcp_tui.ui.actions import ACTIONS
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.palette import PaletteProvider
from mcp_tui.ui.screens.event import EventScreen
from mcp_tui.ui.screens.help import HelpScreen
from mcp_tui.ui.screens.result import ResultScreen
from mcp_tui.ui.screens.tools import ToolPicker
from mcp_tui.ui.screens.trust import TrustScreen
from mcp_tui.ui.theme import DARK, LIGHT
from mcp_tui.ui.widgets.calls import CallsPanel
from mcp_tui.ui.widgets.sections import Section
from mcp_tui.ui.widgets.title_bar import STALE
from ui.fakes import FakeHub, status
from ui.stage import stage

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
        keys = list(it.dashboard.query_one(Footer).children)
        assert len(keys) >= 8
        assert all(key.region.right <= 80 for key in keys)


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


async def test_t_asks_for_a_tool_and_r_reconnects():
    async with stage() as it:
        await it.press("r")
        assert it.hub.reconnected == ["items"]
        await it.press("t")
        assert isinstance(it.app.screen, ToolPicker)


async def test_commands_are_shown_before_they_are_trusted():
    hub = FakeHub("items", status("local", State.FAILED, transport="stdio", address="uvx [b]mcp-server-git"))
    async with stage(hub) as it:
        await it.press("T")
        assert it.app.screen is it.dashboard
        hub.waits_for_trust = True
        await it.press("T")
        assert isinstance(it.app.screen, TrustScreen)
        assert "uvx [b]mcp-server-git" in str(it.app.screen.query(Section).first().content)
        assert hub.waits_for_trust
        await it.press("T")
        assert it.app.screen is it.dashboard
        assert not hub.waits_for_trust


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
        assert it.dashboard.pulse.flushes == flushes + 1


async def test_the_hub_runs_behind_the_first_frame():
    async with stage() as it:
        await it.until(lambda: it.hub.runs == 1)


async def test_a_hub_that_fails_ends_the_app_with_its_words():
    hub = FakeHub(failure=ConfigError("no such [key]", hint="remove it"))
    app = McpTuiApp(hub)
    async with app.run_test() as pilot:
        for _ in range(100):
            await pilot.pause()
            if app.return_code:
                break
    assert app.return_code == 2


async def test_a_crash_of_the_hub_is_exit_code_1():
    app = McpTuiApp(FakeHub(failure=RuntimeError("boom [b]")))
    async with app.run_test() as pilot:
        for _ in range(100):
            await pilot.pause()
            if app.return_code:
                break
    assert app.return_code == 1


async def test_sigterm_ends_the_app_in_order():
    async with stage() as it:
        signal.raise_signal(signal.SIGTERM)
        await it.until(lambda: it.app.return_code == 128 + signal.SIGTERM)
