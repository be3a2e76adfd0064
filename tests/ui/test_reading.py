"""One call and one server in full."""

from __future__ import annotations

import time

import pytest

from mcp_tui.core.status import CallState, Result, State, Tool
from mcp_tui.core.text import clean
from mcp_tui.ui.screens.event import moment
from mcp_tui.ui.screens.result import ResultScreen
from mcp_tui.ui.screens.server import ServerScreen
from mcp_tui.ui.widgets.json_text import SHOWN, highlighted, json_content, pretty
from mcp_tui.ui.widgets.sections import Section
from ui.fakes import START, FakeHub, status
from ui.host import HOSTILE, Host, harmless, until


def test_json_is_indented_and_what_is_not_json_stays() -> None:
    assert pretty('{"a":[1]}') == '{\n  "a": [\n    1\n  ]\n}'
    assert pretty("not json") == "not json"
    assert pretty("[" * 100_000) == "[" * 100_000


def test_json_in_colour_is_the_same_text() -> None:
    text = '{"a\\"b": "1 true: x", "c": -1.5e3, "d": null}'
    made = highlighted(text)
    assert made.plain == text
    assert [text[span.start : span.end] for span in made.spans] == ['"a\\"b"', '"c"', "-1.5e3", '"d"', "null"]


def test_long_json_is_cut_and_the_rest_counted() -> None:
    assert len(json_content('"' + "x" * 10 * SHOWN + '"').plain) < SHOWN + 100
    assert "characters)" in json_content("[" * 10 * SHOWN).plain


# One call in full


async def test_a_result_in_full() -> None:
    hub = FakeHub()
    hub.add_call(arguments={"count": 3})
    hub.finish(1, "line one\nline two", structured='{"done":3}', problem="done is not a string")
    app = Host(screen=ResultScreen(hub, 1))
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: '"done": 3' in app.text())
        for part in ("#1 items.process_items", "✔ finished", '"count": 3', "line two", "done is not a string"):
            assert part in app.text()
        await pilot.press("y")
        assert app.clipboard == hub.calls[0].result.raw if hub.calls[0].result else False
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_a_result_follows_the_call_while_it_runs() -> None:
    hub = FakeHub()
    hub.add_call()
    screen = ResultScreen(hub, 1)
    app = Host(screen=screen)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: "▸ running" in app.text())
        hub.advance(2.5)
        hub.progress(1, 1, 2, "half")
        screen.refresh_status()
        await until(pilot, lambda: "1/2 · half" in app.text() and "2.5 s" in app.text())
        hub.set_call(1, state=CallState.LOST, error="connection closed")
        screen.refresh_status()
        await until(pilot, lambda: "look before" in app.text())
        hub.dismiss(1)
        screen.refresh_status()
        assert "connection closed" in app.text()


async def test_the_answer_of_a_failed_call_is_said_once() -> None:
    hub = FakeHub()
    hub.add_call()
    text = "cannot read page 3\nof 7"
    hub.set_call(1, state=CallState.FAILED, error=clean(text, 500), result=Result(text, None, "{}", is_error=True))
    hub.add_call(state=CallState.FAILED, error="a type of its own", result=Result("x", None, "{}"))
    for number, titles in ((1, {"text"}), (2, {"text", "error"})):
        app = Host(screen=ResultScreen(hub, number))
        async with app.run_test(size=(100, 40)) as pilot:
            await until(pilot, lambda app=app: "What the tool answered" in app.text() or "Result" in app.text())
            shown = {section.id for section in app.screen.query(Section) if section.display}
            assert shown & {"text", "error"} == titles


def test_an_event_has_the_readers_time(monkeypatch: pytest.MonkeyPatch) -> None:
    try:
        monkeypatch.setenv("TZ", "Asia/Kolkata")
        time.tzset()
        assert moment(START).plain == "2026-11-24 15:00:00.000+05:30  2026-11-24T09:30:00.000000Z"
        monkeypatch.setenv("TZ", "UTC")
        time.tzset()
        assert moment(START).plain == "2026-11-24 09:30:00.000+00:00"
    finally:
        monkeypatch.undo()
        time.tzset()


async def test_a_result_of_a_call_that_is_gone() -> None:
    app = Host(screen=ResultScreen(FakeHub(), 7))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "has been dismissed" in app.text())
        await pilot.press("y", "q")
        await until(pilot, lambda: app.results == [None])


async def test_a_result_is_text_only() -> None:
    hub = FakeHub()
    hub.add_call(arguments={"a": HOSTILE})
    hub.finish(1, HOSTILE, structured=f'"{HOSTILE}"', raw=HOSTILE, problem=HOSTILE)
    app = Host(screen=ResultScreen(hub, 1))
    async with app.run_test(size=(100, 60)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 5)
        assert harmless(app.text())


async def test_the_keys_scroll_a_long_result() -> None:
    hub = FakeHub()
    hub.add_call()
    hub.finish(1, "\n".join(f"row {row}" for row in range(200)))
    app = Host(screen=ResultScreen(hub, 1))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "row 0" in app.text())
        await pilot.press("G")
        await until(pilot, lambda: 'row 199"' in app.text())
        await pilot.press("g")
        await until(pilot, lambda: "outcome" in app.text())
        await pilot.press("j", "j", "j")
        await until(pilot, lambda: "outcome" not in app.text())


# One server in full


async def test_a_server_in_full() -> None:
    tool = Tool("go", title="Go there", description="Goes.\nAway.", destructive=True)
    one = status(
        "items",
        tools=(tool,),
        protocol="2026-07-28",
        title="Items",
        version="1.2",
        instructions="Be kind.",
        notes=("a tool was left out",),
        silent="not listening: ended",
    )
    hub = FakeHub(one)
    app = Host(screen=ServerScreen(hub, "items"))
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: "Go there" in app.text())
        for part in ("● ready", "2026-07-28 · modern era", "Items 1.2", "Be kind.", "a tool was left out"):
            assert part in app.text()
        for part in ("go · destructive", "Away.", "not listening: ended", "4 ms"):
            assert part in app.text()
        await pilot.press("r")
        assert hub.reconnected == ["items"]
        await pilot.press("y")
        assert app.clipboard == one.address
        await pilot.press("escape")
        await until(pilot, lambda: app.results == [None])


async def test_a_server_that_cannot_be_reached_says_why_and_what_to_do() -> None:
    hub = FakeHub(status("a", State.UNAUTHORIZED, reason="401 Unauthorized", hint="Set MCP_TOKEN."))
    screen = ServerScreen(hub, "a")
    app = Host(screen=screen)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Set MCP_TOKEN." in app.text())
        hub.set_status("a", state=State.READY, reason="", hint="", tools=(Tool("go"),))
        screen.refresh_status()
        await until(pilot, lambda: "● ready" in app.text())
        assert "401" not in app.text()


async def test_a_server_is_text_only() -> None:
    said = clean(HOSTILE)
    one = status("a", title=said, instructions=said, notes=(said,), tools=(Tool(said, description=HOSTILE),))
    app = Host(screen=ServerScreen(FakeHub(one), "a"))
    async with app.run_test(size=(100, 50)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 4)
        assert harmless(app.text())
