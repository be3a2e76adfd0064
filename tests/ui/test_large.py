"""What a server may send too much of: arguments, tools, text."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mcp_tui.core.status import Tool
from mcp_tui.ui.screens.form import CallForm
from mcp_tui.ui.widgets.fields import FieldRow
from mcp_tui.ui.widgets.json_text import LARGE, highlighted, pretty, same
from ui.fakes import FakeHub, status
from ui.host import Host, until

FIELDS = 300
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "string", "default": "text"},
    {"type": "integer", "default": 7},
    {"type": "boolean", "default": True},
    {"enum": ["one", "two"], "default": "two"},
    {"type": "array", "items": {"type": "string"}, "default": ["a", "b"]},
    {"type": "object", "default": {"x": 1}},
    {"type": "string"},
    {"enum": ["one", "two"]},
    {"type": "boolean"},
)


def many_fields() -> Tool:
    properties = {f"argument_{number}": KINDS[number % len(KINDS)] for number in range(FIELDS)}
    return Tool("configure", input_schema={"type": "object", "properties": properties})


def defaults() -> dict[str, Any]:
    kinds = {f"argument_{number}": KINDS[number % len(KINDS)] for number in range(FIELDS)}
    return {name: kind["default"] for name, kind in kinds.items() if "default" in kind}


def filled(app: Host) -> list[FieldRow]:
    return [row for row in app.screen.query(FieldRow) if row.filled]


async def test_a_form_of_many_fields_fills_those_near_and_sends_all() -> None:
    tool = many_fields()
    hub = FakeHub(status("items", tools=(tool,)))
    app = Host(screen=CallForm(hub, "items", tool))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query(FieldRow)) == FIELDS and "argument_5" in app.text())
        assert len(filled(app)) < 60
        await pilot.press("ctrl+r")
        await until(pilot, lambda: hub.called)
        assert hub.called == [("items", "configure", defaults())]


async def test_a_field_is_there_when_it_is_scrolled_to() -> None:
    tool = many_fields()
    app = Host(screen=CallForm(FakeHub(status("items", tools=(tool,))), "items", tool))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query(FieldRow)) == FIELDS)
        app.screen.query_one("#body").scroll_end(animate=False)
        await until(pilot, lambda: f"argument_{FIELDS - 1}" in app.text())
        assert len(filled(app)) < 120


async def test_what_is_wrong_with_a_field_out_of_sight_is_shown_there() -> None:
    properties = {name: {"type": "integer", "default": 7} for name in defaults()} | {"last": {"type": "string"}}
    schema = {"type": "object", "properties": properties, "required": list(properties)}
    tool = Tool("configure", input_schema=schema)
    app = Host(screen=CallForm(FakeHub(status("items", tools=(tool,))), "items", tool))
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: len(app.screen.query(FieldRow)) == len(properties))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: "a value is required" in app.text())
        row = app.screen.query(FieldRow).last()
        assert app.screen.focused is row.editor


def test_large_json_is_indented_as_it_was_sent() -> None:
    rows = [{"name": "é", "number": number} for number in range(LARGE // 20)]
    sent = json.dumps(rows)
    assert pretty(sent) == json.dumps(rows, indent=2)
    assert pretty(sent[:-1]) == sent[:-1]


@pytest.mark.parametrize("count", [1, LARGE])
def test_the_same_json_in_other_words(count: int) -> None:
    rows = list(range(count))
    assert same(json.dumps(rows), json.dumps(rows, indent=1))
    assert not same(json.dumps(rows), json.dumps(rows[1:]))
    assert not same("[" * count, json.dumps(rows))


def test_a_text_that_was_cut_ends_with_its_line() -> None:
    cut = highlighted('{\n  "a": "it was \\"cut\\\n  "b": 1')
    assert [cut.plain[span.start : span.end] for span in cut.spans] == ['"a"', '"b"', "1"]
