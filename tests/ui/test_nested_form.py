"""Forms of values that are made of others."""

from __future__ import annotations

from typing import Any

from textual.pilot import Pilot
from textual.widgets import Button, Input, Select

from mcp_tui.core.status import Tool
from mcp_tui.ui.screens.form import CallForm
from mcp_tui.ui.widgets.fields import FieldRow
from mcp_tui.ui.widgets.group_row import GroupRow
from mcp_tui.ui.widgets.value_row import ValueRow
from ui.fakes import FakeHub
from ui.host import HOSTILE, Host, harmless, until

PERSON: dict[str, Any] = {
    "type": "object",
    "properties": {"name": {"type": "string", "maxLength": 5}, "boss": {"$ref": "#/$defs/person"}},
    "required": ["name"],
}
CIRCLE: dict[str, Any] = {
    "properties": {"kind": {"const": "circle"}, "r": {"type": "number", "minimum": 1}},
    "required": ["kind", "r"],
}
SQUARE: dict[str, Any] = {
    "properties": {"kind": {"const": "square"}, "side": {"type": "number"}},
    "required": ["kind"],
}


def host(properties: dict[str, Any], required: tuple[str, ...] = (), **more: Any) -> tuple[Host, FakeHub]:
    schema = {"type": "object", "properties": properties, "required": list(required), **more}
    hub = FakeHub()
    return Host(
        screen=CallForm(hub, "items", Tool("go", input_schema={**schema, "$defs": {"person": PERSON}}))
    ), hub


def rows(app: Host, name: str) -> list[ValueRow]:
    return [row for row in app.screen.query(ValueRow) if row.field.name == name]


def buttons(app: Host, label: str) -> list[Button]:
    return [button for button in app.screen.query(Button) if str(button.label) == label and button.region]


async def press(pilot: Pilot[None], app: Host, label: str, number: int = 0) -> None:
    await until(pilot, lambda: len(buttons(app, label)) > number)
    buttons(app, label)[number].press()
    await pilot.pause()


async def sent(pilot: Pilot[None], app: Host, hub: FakeHub) -> dict[str, Any]:
    await pilot.press("ctrl+r")
    await until(pilot, lambda: hub.called)
    return hub.called[0][2]


async def test_an_object_that_may_be_left_out_is_opened_and_left_out_again() -> None:
    app, hub = host({"boss": {"$ref": "#/$defs/person"}})
    async with app.run_test(size=(80, 40)) as pilot:
        await press(pilot, app, "+ add")
        await until(pilot, lambda: rows(app, "name"))
        await pilot.press(*"Ada")
        # The one in it is opened only when it is asked for.
        assert len(rows(app, "boss")) == 2
        await press(pilot, app, "+ add")
        await until(pilot, lambda: len(rows(app, "name")) == 2)
        await pilot.press(*"Bob")
        await press(pilot, app, "- leave out")
        await until(pilot, lambda: len(rows(app, "name")) == 1)
        assert await sent(pilot, app, hub) == {"boss": {"name": "Ada"}}


async def test_items_are_added_and_removed() -> None:
    app, hub = host({"people": {"type": "array", "items": {"$ref": "#/$defs/person"}}}, ("people",))
    async with app.run_test(size=(80, 60)) as pilot:
        for count, name in enumerate(("Ada", "Bob", "Cid"), 1):
            # The first items have a "+ add" of their own, for the boss.
            await press(pilot, app, "+ add", count - 1)
            await until(pilot, lambda count=count: len(rows(app, "name")) == count)
            await until(pilot, lambda: isinstance(app.screen.focused, Input))
            await pilot.press(*name)
        await press(pilot, app, "- remove", 1)
        await until(pilot, lambda: len(rows(app, "name")) == 2)
        assert await sent(pilot, app, hub) == {"people": [{"name": "Ada"}, {"name": "Cid"}]}


async def test_no_items_are_an_empty_list_where_one_is_required() -> None:
    lists = {name: {"type": "array", "items": {"type": "integer"}} for name in ("must", "may")}
    app, hub = host(lists, ("must",))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: rows(app, "may"))
        assert await sent(pilot, app, hub) == {"must": []}


async def test_named_values_are_added() -> None:
    app, hub = host({"ages": {"type": "object", "additionalProperties": {"type": "integer"}}})
    async with app.run_test(size=(80, 40)) as pilot:
        for name, age in (("Ada", "36"), ("Ada", "37")):
            await press(pilot, app, "+ add")
            await until(pilot, lambda: isinstance(app.screen.focused, Input))
            await pilot.press(*name, "tab", *age)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✖ two of them have the same name" in app.text())
        assert hub.called == []
        await press(pilot, app, "- remove", 1)
        assert await sent(pilot, app, hub) == {"ages": {"Ada": 36}}


async def test_a_variant_is_chosen_and_changed() -> None:
    app, hub = host({"shape": {"oneOf": [CIRCLE, SQUARE]}}, ("shape",))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: rows(app, "shape"))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✖ choose one" in app.text())
        choice = app.screen.query(Select[int]).first()
        choice.value = 0
        await until(pilot, lambda: rows(app, "r"))
        choice.value = 1
        await until(pilot, lambda: rows(app, "side") and not rows(app, "r"))
        app.screen.set_focus(rows(app, "side")[0].entry)
        await pilot.press("3")
        assert await sent(pilot, app, hub) == {"shape": {"kind": "square", "side": 3}}


async def test_all_arguments_together_can_be_a_choice() -> None:
    app, hub = host({}, oneOf=[{"title": "Circle", **CIRCLE}, {"title": "Square", **SQUARE}])
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: bool(app.screen.query("Select")))
        assert "takes no arguments" not in app.text()
        app.screen.query(Select[int]).first().value = 1
        await until(pilot, lambda: rows(app, "side"))
        assert await sent(pilot, app, hub) == {"kind": "square"}


async def test_from_json_and_back_whatever_the_form_can_show() -> None:
    app, hub = host({"boss": {"$ref": "#/$defs/person"}, "shape": {"oneOf": [CIRCLE, SQUARE]}})
    value = {"boss": {"name": "Ada", "boss": {"name": "Bob"}, "odd": 1}, "shape": [7]}
    async with app.run_test(size=(80, 40)) as pilot:
        await pilot.press("ctrl+j")
        await until(pilot, lambda: app.screen.query_one("#raw").has_focus)
        app.screen.query_one("#raw").load_text(str(value).replace("'", '"'))  # pyright: ignore[reportAttributeAccessIssue, reportUnknownMemberType]
        await pilot.press("ctrl+j")
        await until(pilot, lambda: len(rows(app, "name")) == 2)
        assert "Sent as well, unknown to the schema: odd" in app.text()
        # What the form has no place for is JSON, and nothing else is.
        assert isinstance(rows(app, "shape")[0], FieldRow)
        assert isinstance(rows(app, "boss")[0], GroupRow)
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "✖ " in app.text())
        await pilot.press("ctrl+s")
        await until(pilot, lambda: hub.called)
    assert hub.called[0][2] == value


async def test_what_is_typed_is_checked_and_what_is_still_to_come_is_not_missed() -> None:
    app, hub = host({"boss": {"$ref": "#/$defs/person"}, "other": {"type": "string"}}, ("boss", "other"))
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: isinstance(app.screen.focused, Input))
        await pilot.press(*"Augusta")
        await until(pilot, lambda: "✖ 'Augusta' is too long" in app.text())
        assert "a value is required" not in app.text()
        await pilot.press("backspace", "backspace")
        await until(pilot, lambda: "✖" not in app.text())
        assert hub.called == []


async def test_an_error_deep_down_is_said_there_and_can_be_overruled() -> None:
    app, hub = host({"boss": {"$ref": "#/$defs/person", "default": {"name": "Augusta"}}})
    async with app.run_test(size=(80, 40)) as pilot:
        await until(pilot, lambda: rows(app, "name"))
        assert not app.screen.query_one("#anyway").display
        await pilot.press("ctrl+r")
        await until(pilot, lambda: rows(app, "name")[0].has_class("-invalid"))
        assert app.screen.focused is rows(app, "name")[0].entry
        assert hub.called == []
        await pilot.click("#anyway")
        await until(pilot, lambda: hub.called)
    assert hub.called[0][2] == {"boss": {"name": "Augusta"}}


async def test_what_a_schema_says_is_text_only_however_deep() -> None:
    inner = {
        "type": "object",
        "title": HOSTILE,
        "description": HOSTILE,
        "properties": {HOSTILE: {"const": HOSTILE}},
    }
    choice = {"oneOf": [{**inner, "title": HOSTILE}, {"const": 1}], "description": HOSTILE}
    named = {"type": "object", "additionalProperties": choice, "default": {HOSTILE: {HOSTILE: HOSTILE}}}
    app, hub = host({"a": {**inner, "default": {HOSTILE: HOSTILE, f"{HOSTILE}2": 1}}, "b": named})
    async with app.run_test(size=(160, 60)) as pilot:
        await until(pilot, lambda: app.text().count("[red]x[/red]") >= 8)
        assert harmless(app.text())
        wanted = {"a": {HOSTILE: HOSTILE, f"{HOSTILE}2": 1}, "b": {HOSTILE: {HOSTILE: HOSTILE}}}
        assert await sent(pilot, app, hub) == wanted


async def test_hundreds_of_members_are_filled_as_they_come_near() -> None:
    many = {f"member_{number}": {"type": "string", "default": "x"} for number in range(300)}
    app, hub = host({"first": {"type": "string"}, "many": {"type": "object", "properties": many}}, ("many",))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query(FieldRow)) == 301 and "member_3" in app.text())
        assert sum(row.filled for row in app.screen.query(FieldRow)) < 80
        app.screen.query_one("#body").scroll_end(animate=False)
        await until(pilot, lambda: "member_299" in app.text())
        assert await sent(pilot, app, hub) == {"many": dict.fromkeys(many, "x")}
