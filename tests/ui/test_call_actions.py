"""What can be done with a call: copy it, send it again, edit it first; the question before a destructive one."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Button, Static

from mcp_tui.core.caution import reason_to_ask
from mcp_tui.core.secrets import MASK, Secret
from mcp_tui.core.status import State, Tool
from mcp_tui.settings import Config, ServerSettings
from mcp_tui.ui.screens.caution import CautionScreen
from mcp_tui.ui.screens.copy_call import GONE, CopyScreen
from mcp_tui.ui.screens.dashboard import DashboardScreen
from mcp_tui.ui.screens.form import CallForm
from mcp_tui.ui.screens.result import ResultScreen
from mcp_tui.ui.widgets.sections import Section
from ui.fakes import PROCESS_ITEMS, FakeHub, status
from ui.stage import Stage, stage

SENT = {"count": 3, "delay": 0.25}
DELETE = Tool("delete_items", input_schema={"properties": {"name": {"type": "string"}}}, destructive=True)
NAMED = Tool("purge")


def hub_with_a_call(tool: Tool = PROCESS_ITEMS, **arguments: object) -> FakeHub:
    hub = FakeHub(status("items", tools=(PROCESS_ITEMS, DELETE, NAMED), protocol="2026-07-28"))
    settings = ServerSettings(
        "items", "streamable-http", "http://127.0.0.1:8101/mcp", secrets=(Secret("hunter2!"),)
    )
    hub.config = Config((settings,), path=Path("/home/me/config.toml"))
    hub.redact.learn(hub.config)
    hub.finish(hub.add_call(tool=tool.name, arguments=dict(arguments) or SENT).number)
    return hub


def sections(it: Stage) -> dict[str | None, str]:
    return {section.id: str(section.content) for section in it.app.screen.query(Section)}


async def on_result(it: Stage) -> None:
    await it.press("c", "enter")
    assert isinstance(it.app.screen, ResultScreen)


# Copying


@pytest.mark.parametrize("where", ["row", "result"])
async def test_a_call_is_copied_in_the_form_that_is_chosen(where: str) -> None:
    async with stage(hub_with_a_call()) as it:
        await (on_result(it) if where == "result" else it.press("c"))
        for key, form, begins in (("1", "command", "mcp-tui "), ("2", "curl", "curl "), ("3", "python", "import ")):
            await it.press("Y")
            screen = it.app.screen
            assert isinstance(screen, CopyScreen)
            assert sections(it)[form].rstrip() == screen.copies[form].text.rstrip()
            await it.press(key)
            assert it.app.clipboard == screen.copies[form].text
            assert it.app.screen is not screen
            assert it.app.clipboard.startswith(begins)


async def test_the_command_names_the_configuration_file() -> None:
    async with stage(hub_with_a_call()) as it:
        await it.press("c", "Y", "y")
        command = "mcp-tui call --config /home/me/config.toml items process_items count=3 delay=0.25"
        assert it.app.clipboard == command


async def test_what_there_is_not_says_why_and_copies_nothing() -> None:
    hub = hub_with_a_call()
    hub.set_status("items", protocol="2025-11-25")
    async with stage(hub) as it:
        await it.press("c", "Y", "2")
        assert isinstance(it.app.screen, CopyScreen)
        assert "needs a session" in sections(it)["curl"]
        assert it.app.clipboard == ""
        assert "needs a session" in it.toasts[-1].message


async def test_a_secret_among_the_arguments_is_masked() -> None:
    async with stage(hub_with_a_call(name="hunter2!")) as it:
        await it.press("c", "Y", "1")
        assert "hunter2!" not in it.app.clipboard
        assert MASK in it.app.clipboard
        assert "secrets are not copied" in it.toasts[-1].message


async def test_the_call_of_a_server_that_is_gone_is_not_to_be_copied() -> None:
    hub = hub_with_a_call()
    hub.config = Config(servers=())
    async with stage(hub) as it:
        await it.press("c", "Y", "1")
        assert GONE in sections(it).values()
        assert it.app.clipboard == ""


# Once more


@pytest.mark.parametrize("where", ["row", "result"])
async def test_a_call_is_sent_again_as_it_was(where: str) -> None:
    async with stage(hub_with_a_call()) as it:
        await (on_result(it) if where == "result" else it.press("c"))
        await it.press("M")
        assert it.hub.called == [("items", "process_items", SENT)]
        assert it.toasts[-1].message == "#1 sent again, as #2"


@pytest.mark.parametrize("where", ["row", "result"])
async def test_a_call_is_edited_and_sent_again(where: str) -> None:
    async with stage(hub_with_a_call()) as it:
        await (on_result(it) if where == "result" else it.press("c"))
        await it.press("m")
        await it.until(lambda: isinstance(it.app.screen, CallForm))
        assert it.hub.called == []
        await it.press("ctrl+r")
        await it.until(lambda: bool(it.hub.called))
        assert it.hub.called == [("items", "process_items", SENT)]


async def test_what_cannot_be_sent_says_why() -> None:
    hub = hub_with_a_call()
    hub.set_status("items", state=State.WAITING)
    async with stage(hub) as it:
        await it.press("c", "M")
        assert it.hub.called == []
        assert it.toasts[-1].message == "items is not ready. Wait until it is."
        hub.set_status("items", tools=())
        await it.press("m")
        assert it.toasts[-1].message == "items no longer has a tool process_items"
        assert it.app.screen is it.dashboard


async def test_a_call_that_was_dismissed_is_no_more() -> None:
    async with stage(hub_with_a_call()) as it:
        await on_result(it)
        it.hub.dismiss(1)
        for key in ("Y", "m", "M"):
            await it.press(key)
            assert isinstance(it.app.screen, ResultScreen)
        assert it.hub.called == []


# The question


@pytest.mark.parametrize("tool", [DELETE, NAMED])
async def test_before_a_destructive_tool_is_called_again_it_is_asked(tool: Tool) -> None:
    async with stage(hub_with_a_call(tool, name="x")) as it:
        await it.press("c", "M")
        screen = it.app.screen
        assert isinstance(screen, CautionScreen)
        assert screen.heading == f"Call {tool.name} on items?"
        assert str(screen.query_one(".warning", Static).content) == reason_to_ask(tool)
        assert '"name": "x"' in sections(it)["arguments"]
        assert it.hub.called == []
        await it.press("Y")
        assert it.hub.called == [("items", tool.name, {"name": "x"})]
        assert it.app.screen is it.dashboard


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_a_key_pressed_without_reading_calls_nothing(key: str) -> None:
    async with stage(hub_with_a_call(DELETE)) as it:
        await it.press("c", "M", key)
        assert it.hub.called == []
        assert it.app.screen is it.dashboard


async def test_the_button_calls_it() -> None:
    async with stage(hub_with_a_call(DELETE)) as it:
        await it.press("c", "M", "tab")
        assert it.app.screen.query_one("#confirm", Button).has_focus
        await it.press("enter")
        assert len(it.hub.called) == 1


@pytest.mark.parametrize("raw", [False, True])
async def test_the_form_asks_too_and_is_still_there_after_a_no(raw: bool) -> None:
    async with stage(hub_with_a_call(DELETE, name="x")) as it:
        await it.press("c", "m", *(["ctrl+j"] if raw else []))
        form = it.app.screen
        await it.press("ctrl+r")
        await it.until(lambda: isinstance(it.app.screen, CautionScreen))
        await it.press("enter")
        assert it.app.screen is form
        assert it.hub.called == []
        await it.press("ctrl+r")
        await it.until(lambda: isinstance(it.app.screen, CautionScreen))
        await it.press("Y")
        await it.until(lambda: isinstance(it.app.screen, DashboardScreen))
        assert it.hub.called == [("items", "delete_items", {"name": "x"})]
