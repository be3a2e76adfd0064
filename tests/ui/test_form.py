"""The form of a tool."""

from __future__ import annotations

from typing import Any, cast

import pytest
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Button, Checkbox, Input, Select, TextArea

from mcp_tui.core.status import State, Tool
from mcp_tui.ui.screens.form import CallForm
from mcp_tui.ui.widgets.fields import FieldRow
from ui.fakes import EMIT_LEVELS, PROCESS_ITEMS, FakeHub
from ui.host import HOSTILE, Host, harmless, until

STRINGS: dict[str, Any] = {"type": "array", "items": {"type": "string"}}
EVERYTHING = Tool(
    "everything",
    input_schema={
        "properties": {
            "name": {"type": "string", "title": "Your name", "description": "As on the badge"},
            "count": {"type": "integer", "default": 3},
            "ratio": {"type": "number"},
            "dry": {"type": "boolean", "default": True},
            "loud": {"type": "boolean"},
            "mode": {"enum": ["fast", "slow", 3]},
            "items": {**STRINGS, "default": ["a", "b"]},
            "filter": {"type": "object"},
        },
        "required": ["name"],
    },
)


def tool_of(spec: dict[str, Any], *, required: bool = False) -> Tool:
    return Tool("go", input_schema={"properties": {"x": spec}, "required": ["x"] if required else []})


def host(tool: Tool, hub: FakeHub | None = None, initial: dict[str, Any] | None = None) -> tuple[Host, FakeHub]:
    hub = hub or FakeHub()
    return Host(screen=CallForm(hub, "items", tool, initial)), hub


def form_of(app: Host) -> CallForm:
    assert isinstance(app.screen, CallForm)
    return app.screen


def row(app: Host, name: str = "x") -> FieldRow:
    return next(each for each in app.screen.query(FieldRow) if each.field.name == name)


def mode_of(app: Host) -> object:
    return cast("Select[int]", row(app, "mode").editor).selection


async def ready(pilot: Pilot[None], app: Host) -> None:
    await until(pilot, lambda: isinstance(app.screen, CallForm) and app.screen.query(Button))


async def run_with(tool: Tool, *keys: str, initial: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    """The arguments that the form sends after ``keys`` and ctrl+r."""
    app, hub = host(tool, initial=initial)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await pilot.press(*keys)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
    return [arguments for _, _, arguments in hub.called]


@pytest.mark.parametrize(
    ("spec", "keys", "value"),
    [
        ({"type": "string"}, "hi", "hi"),
        ({"type": "integer"}, "a12", 12),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "boolean"}, ["space"], True),
        ({"enum": ["a", 2]}, ["enter", "down", "enter"], "a"),
        ({"enum": ["a", 2]}, ["enter", "end", "enter"], 2),
        (STRINGS, ["a", "enter", "b"], ["a", "b"]),
        ({"type": "object"}, ["{", "}"], {}),
    ],
)
async def test_every_kind_of_field(spec: dict[str, Any], keys: Any, value: Any) -> None:
    assert await run_with(tool_of(spec, required=True), *keys) == [{"x": value}]


@pytest.mark.parametrize(
    "spec", [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}, {"enum": [1]}, STRINGS, {}]
)
async def test_an_optional_argument_is_not_sent_unless_it_is_set(spec: dict[str, Any]) -> None:
    assert await run_with(tool_of(spec)) == [{}]


@pytest.mark.parametrize(("keys", "sent"), [(["down", "enter"], {"x": True}), (["end", "enter"], {"x": False})])
async def test_an_optional_boolean_can_be_said_or_left_open(keys: list[str], sent: dict[str, Any]) -> None:
    assert await run_with(tool_of({"type": "boolean"}), "enter", *keys) == [sent]


async def test_defaults_are_filled_in_and_sent() -> None:
    app, hub = host(EVERYTHING)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        assert app.screen.query_one(Checkbox).value is True
        assert [each.value for each in app.screen.query(Input)] == ["", "3", ""]
        assert app.screen.query(TextArea).first().text == "a\nb"
        await pilot.press(*"Ann", "enter")
        await until(pilot, lambda: app.results == [1])
    wanted = {"name": "Ann", "count": 3, "dry": True, "items": ["a", "b"]}
    assert hub.called == [("items", "everything", wanted)]


async def test_initial_arguments_replace_the_defaults() -> None:
    app, hub = host(EVERYTHING, initial={"name": "Bob", "mode": "slow", "loud": False, "more": 1})
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: row(app, "count").blank)
        form = form_of(app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.results == [1])
    wanted = {"name": "Bob", "mode": "slow", "loud": False, "more": 1}
    assert hub.called[0][2] == wanted
    assert form.arguments == wanted


async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost() -> None:
    app, hub = host(EVERYTHING)
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(pilot, app)
        row(app, "filter").query_one(TextArea).text = "{nonsense"
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✖ a value is required" in app.text())
        assert app.focused is row(app, "name").editor
        assert row(app, "filter").has_class("-invalid")
        await pilot.press(*"Ann", "ctrl+r")
        await until(pilot, lambda: app.focused is row(app, "filter").editor)
        await until(pilot, lambda: "✖ not JSON" in app.text())
        assert not row(app, "name").has_class("-invalid")
        assert row(app, "filter").query_one(TextArea).text == "{nonsense"
        assert hub.called == []


async def test_required_fields_say_so() -> None:
    app, _ = host(EVERYTHING)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Your name name * required · text" in app.text())
        assert "As on the badge" in app.text()


async def test_a_required_choice_must_be_made() -> None:
    app, hub = host(tool_of({"enum": ["a", "b"]}, required=True))
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✖ a value is required" in app.text())
        assert hub.called == []


async def test_a_tool_without_arguments_runs_at_once() -> None:
    app, hub = host(EMIT_LEVELS)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "takes no arguments" in app.text())
        await pilot.press("enter")
        await until(pilot, lambda: app.results == [1])
    assert hub.called == [("items", "emit_levels", {})]


async def test_to_json_and_back_keeps_the_values() -> None:
    app, hub = host(EVERYTHING)
    async with app.run_test(size=(100, 60)) as pilot:
        await ready(pilot, app)
        await pilot.press(*"Ann", "ctrl+j")
        await until(pilot, lambda: form_of(app).raw)
        area = app.screen.query_one("#raw", TextArea)
        assert '"name": "Ann"' in area.text
        area.text = (
            '{"name": "Bob\\nBuilder", "count": "many", "mode": 3, "loud": false, "more": [1], "filter": null}'
        )
        await pilot.press("ctrl+j")
        await until(pilot, lambda: not form_of(app).raw and "unknown to the schema: more" in app.text())
        assert mode_of(app) == 2
        await pilot.press("ctrl+j")
        await until(pilot, lambda: form_of(app).raw)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: app.results == [1])
    wanted = {"name": "Bob\nBuilder", "count": "many", "mode": 3, "loud": False, "more": [1], "filter": None}
    assert hub.called[0][2] == wanted


async def test_to_json_needs_no_required_value_but_no_nonsense_either() -> None:
    app, _ = host(EVERYTHING)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        row(app, "filter").query_one(TextArea).text = "{nonsense"
        await pilot.press("ctrl+j")
        await until(pilot, lambda: row(app, "filter").has_class("-invalid"))
        assert not form_of(app).raw
        row(app, "filter").query_one(TextArea).text = ""
        await pilot.press("ctrl+j")
        await until(pilot, lambda: form_of(app).raw)


@pytest.mark.parametrize("key", ["ctrl+j", "ctrl+r"])
async def test_bad_json_stays_and_says_what_is_wrong(key: str) -> None:
    app, hub = host(PROCESS_ITEMS)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: form_of(app).raw)
        area = app.screen.query_one("#raw", TextArea)
        area.text = "[1]"
        await pilot.press(key)
        await until(pilot, lambda: "✖ not a JSON object" in app.text())
        assert form_of(app).raw
        assert area.text == "[1]"
        assert hub.called == []


async def test_json_is_run_as_it_stands() -> None:
    app, hub = host(PROCESS_ITEMS)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await pilot.click("#json")
        await until(pilot, lambda: form_of(app).raw)
        app.screen.query_one("#raw", TextArea).text = '{"anything": ""}'
        await pilot.click("#run")
        await until(pilot, lambda: app.results == [1])
    assert hub.called[0][2] == {"anything": ""}


async def test_a_call_that_cannot_be_made_is_explained_in_the_form() -> None:
    app, hub = host(PROCESS_ITEMS)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        hub.set_status("items", state=State.FAILED)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "items is not ready" in app.text())
        assert "Wait until it is." in app.text()
        assert app.results == []


@pytest.mark.parametrize("back", ["escape", "button"])
async def test_backing_out_calls_nothing(back: str) -> None:
    app, hub = host(PROCESS_ITEMS)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await (pilot.press("escape") if back == "escape" else pilot.click("#back"))
        await until(pilot, lambda: app.results == [None])
    assert hub.called == []


async def test_the_buttons_are_in_sight_on_a_small_terminal() -> None:
    many = {f"field_{number}": {"type": "string", "description": "text"} for number in range(30)}
    app, _ = host(Tool("many", description="word " * 300, input_schema={"properties": many}))
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "Run  ^r" in app.text())
        for _ in range(29):
            await pilot.press("tab")
        await until(pilot, lambda: "field_29" in app.text())
        assert "Run  ^r" in app.text()


async def test_what_a_schema_says_is_text_only() -> None:
    properties = {
        HOSTILE: {"type": "string", "title": HOSTILE, "description": HOSTILE, "default": HOSTILE},
        "mode": {"enum": [HOSTILE, "b"], "default": HOSTILE},
        "items": {**STRINGS, "default": [HOSTILE]},
        "json": {"default": {HOSTILE: HOSTILE}},
    }
    app, hub = host(Tool("t", description=HOSTILE, input_schema={"properties": properties}))
    async with app.run_test(size=(160, 60)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 7)
        assert harmless(app.text())
        await pilot.press("ctrl+j")
        await until(pilot, lambda: form_of(app).raw)
        assert harmless(app.text())
        await pilot.press("ctrl+j")
        await until(pilot, lambda: not form_of(app).raw)
        assert harmless(app.text())
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
    wanted = {HOSTILE: HOSTILE, "mode": HOSTILE, "items": [HOSTILE], "json": {HOSTILE: HOSTILE}}
    assert hub.called[0][2] == wanted


async def test_typing_replaces_what_a_field_starts_with() -> None:
    tool = Tool("go", input_schema={"properties": {"count": {"type": "integer"}, "items": STRINGS, "name": {}}})
    initial = {"count": 12, "items": ["old", "older"]}
    app, hub = host(tool, initial=initial)
    async with app.run_test(size=(80, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("7", "tab", *"new", "shift+tab", "tab", *"er", "ctrl+r")
        await until(pilot, lambda: hub.called)
    assert hub.called[0][2] == {"count": 7, "items": ["newer"]}


async def test_the_arguments_of_the_last_call_are_said_to_be_and_can_be_dropped() -> None:
    app, hub = host(PROCESS_ITEMS, initial={"count": 99, "unknown": 1})
    async with app.run_test(size=(80, 40)) as pilot:
        await ready(pilot, app)
        assert "as in the last call · ctrl+o starts afresh" in app.text()
        await pilot.press("ctrl+o")
        await until(pilot, lambda: "as in the last call" not in app.text())
        await until(pilot, lambda: isinstance(app.screen.focused, Input))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
    assert hub.called[0][2] == {"count": 10, "delay": 0.5}


async def test_starting_afresh_in_json() -> None:
    app, hub = host(PROCESS_ITEMS, initial={"count": 99})
    async with app.run_test(size=(80, 40)) as pilot:
        await ready(pilot, app)
        await pilot.press("ctrl+j")
        await until(pilot, lambda: form_of(app).raw and "99" in app.text())
        await pilot.press("ctrl+o")
        await until(pilot, lambda: '"count": 10' in app.text())
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
    assert hub.called[0][2] == {"count": 10, "delay": 0.5}


async def test_a_first_form_says_nothing_of_a_last_call() -> None:
    app, _ = host(PROCESS_ITEMS)
    async with app.run_test(size=(80, 40)) as pilot:
        await ready(pilot, app)
        assert "last call" not in app.text()


async def test_yes_and_no_can_be_read_without_colour() -> None:
    app, _ = host(tool_of({"type": "boolean", "default": False}))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: "[ ] no" in app.text())
        await pilot.press("space")
        await until(pilot, lambda: "[x] yes" in app.text())


LIMITED = tool_of({"type": "integer", "minimum": 1, "maximum": 9}, required=True)


async def test_what_the_schema_does_not_allow_is_said_at_the_field_and_not_sent() -> None:
    app, hub = host(LIMITED)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await until(pilot, lambda: "whole number, at least 1, at most 9" in app.text())
        await pilot.press("1", "2", "ctrl+r")
        await until(pilot, lambda: "✖ 12 is greater than the maximum of 9" in app.text())
        assert hub.called == []


async def test_json_is_sent_whatever_the_schema_says() -> None:
    app, hub = host(LIMITED)
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await pilot.press("1", "2", "ctrl+j")
        await until(pilot, lambda: form_of(app).raw)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
        assert hub.called == [("items", "go", {"x": 12})]


async def test_arguments_whose_check_never_ends_are_sent_and_said_to_be_unchecked() -> None:
    app, hub = host(tool_of({"type": "string", "pattern": "^(a+)+$"}))
    async with app.run_test(notifications=True) as pilot:
        await ready(pilot, app)
        await pilot.press(*("a" * 40), "!", "ctrl+r")
        await until(pilot, lambda: hub.called)
        await until(pilot, lambda: "Sent unchecked: its schema takes" in app.text())
    assert hub.called == [("items", "go", {"x": "a" * 40 + "!"})]


@pytest.mark.parametrize("covered", [False, True], ids=["left", "covered"])
async def test_a_form_that_is_no_longer_in_front_once_it_has_checked_calls_nothing(covered: bool) -> None:
    app, hub = host(tool_of({"type": "string", "pattern": "^(a+)+$"}))
    async with app.run_test() as pilot:
        await ready(pilot, app)
        await pilot.press(*("a" * 40), "!", "ctrl+r")
        checking = [worker for worker in app.workers if worker.group == "run"]
        assert [worker.is_running for worker in checking] == [True]
        await (app.push_screen(Screen[None]()) if covered else pilot.press("escape"))
        await until(pilot, lambda: checking[0].is_finished)
    assert (app.results, hub.called) == ([] if covered else [None], [])
