"""The list of all tools."""

from __future__ import annotations

from typing import Any

from mcp_tui.core.status import State, Tool
from mcp_tui.core.text import clean
from mcp_tui.ui.offers import matching
from mcp_tui.ui.screens.picker import why_none
from mcp_tui.ui.screens.tools import ToolPicker, tool_offer
from ui.fakes import EMIT_LEVELS, PROCESS_ITEMS, FakeHub, status
from ui.host import HOSTILE, Host, harmless, until

FOUND = [tool_offer("items", PROCESS_ITEMS), tool_offer("items", EMIT_LEVELS), tool_offer("legacy", EMIT_LEVELS)]


def names(text: str) -> list[tuple[str, str]]:
    return [(found.server, found.name) for found in matching(FOUND, text)]


def test_every_word_must_stand_somewhere() -> None:
    assert len(names("")) == 3
    assert names("PROCESS") == [("items", "process_items")]
    assert names("line legacy") == [("legacy", "emit_levels")]
    assert names("one by one") == [("items", "process_items")]
    assert names("legacy process") == []


def test_the_best_match_comes_first() -> None:
    tools = {
        "described": Tool("described", description="to list all files"),
        "relisted": Tool("relisted"),
        "get_list": Tool("get_list"),
        "listFiles": Tool("listFiles"),
        "list": Tool("list"),
        "titled": Tool("titled", title="List"),
    }
    found = [tool_offer(server, tool) for server in ("chosen", "other") for tool in tools.values()]
    ranked = [(each.name, each.server) for each in matching(found, "LIST")]
    order = ["list", "titled", "listFiles", "get_list", "relisted", "described"]
    assert [name for name, server in ranked if server == "chosen"] == order
    assert ranked[:4] == [("list", "chosen"), ("titled", "chosen"), ("list", "other"), ("titled", "other")]
    assert matching(found, "list files")[0].name == "listFiles"


async def test_tools_that_come_while_it_is_open_are_offered() -> None:
    hub = FakeHub(status("a", State.CONNECTING))
    app = open_picker(hub)
    async with app.run_test() as pilot:
        await pilot.press(*"emit")
        await until(pilot, lambda: "a: connecting" in app.text())
        hub.set_status("a", state=State.READY, tools=(PROCESS_ITEMS, EMIT_LEVELS))
        picker = app.screen
        assert isinstance(picker, ToolPicker)
        picker.refresh_status()
        await pilot.press("enter")
        await until(pilot, lambda: app.results == [("a", "emit_levels")])


async def test_only_ready_servers_have_tools_to_call_and_each_once() -> None:
    hub = FakeHub(status("a", tools=(EMIT_LEVELS, EMIT_LEVELS)), status("b", State.FAILED, tools=(PROCESS_ITEMS,)))
    app = open_picker(hub)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "type to search 1 tool" in app.text())
        assert "Process items" not in app.text()


def test_why_there_are_none() -> None:
    assert why_none([], "tool", "call") == "no servers configured"
    servers = [status("a", State.FAILED, reason="refused"), status("b", State.CONNECTING), status("c", tools=())]
    assert why_none(servers, "tool", "call").splitlines() == [
        "no tools to call",
        "a: failed, refused",
        "b: connecting",
        "c: it has no tools",
    ]


def open_picker(hub: FakeHub, **more: Any) -> Host:
    return Host(screen=ToolPicker(hub, **more))


async def test_typing_filters_and_enter_chooses() -> None:
    app = open_picker(FakeHub("items", "legacy"))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Processes items one by one and reports progress." in app.text())
        await pilot.press(*"emit")
        await until(pilot, lambda: "Process items" not in app.text())
        await pilot.press("down", "enter")
        await until(pilot, lambda: app.results == [("legacy", "emit_levels")])


async def test_the_tools_of_the_given_server_come_first() -> None:
    app = open_picker(FakeHub("items", "legacy"), server="legacy")
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await until(pilot, lambda: app.results == [("legacy", "process_items")])


async def test_a_click_chooses() -> None:
    app = open_picker(FakeHub())
    async with app.run_test() as pilot:
        await until(pilot, lambda: "emit_levels" in app.text())
        await pilot.click("OfferList", offset=(5, 1))
        await until(pilot, lambda: app.results == [("items", "emit_levels")])


async def test_escape_chooses_nothing_and_q_is_a_letter() -> None:
    app = open_picker(FakeHub())
    async with app.run_test() as pilot:
        await pilot.press("q")
        await until(pilot, lambda: "no tool contains all of these words" in app.text())
        await pilot.press("enter")
        assert app.results == []
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_without_tools_it_says_why() -> None:
    app = open_picker(FakeHub(status("a", State.WAITING, reason="connection refused")))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "a: waiting, connection refused" in app.text())
        await pilot.press("down", "enter")
        assert app.results == []


async def test_what_servers_say_of_tools_is_text_only() -> None:
    said = clean(HOSTILE)
    tool = Tool(said, title=said, description=HOSTILE)
    app = open_picker(FakeHub(status("a", tools=(tool,)), status("b", State.FAILED, reason=said)))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 4)
        assert harmless(app.text())
