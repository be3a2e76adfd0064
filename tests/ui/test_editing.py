"""Values to the text of a field and back."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.field import Field, Kind
from mcp_tui.core.fitting import same
from mcp_tui.core.schema import ArgumentError, parse
from mcp_tui.core.text import clean_block
from mcp_tui.ui.widgets.editing import (
    UNSET,
    choice_index,
    prepared,
    read_object,
    starting_value,
)
from mcp_tui.ui.widgets.json_text import editable

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KINDS: list[Kind] = ["string", "number", "integer", "strings", "json"]


@given(JSON | st.lists(st.text()), st.sampled_from(KINDS), st.booleans())
def test_a_value_survives_being_edited(value: Any, kind: Kind, required: bool) -> None:
    field, text = prepared(Field("x", kind, required=required), value)
    assert same(parse(field, text), value)
    assert clean_block(text, len(text) + 1) == text.removesuffix("\n")


@given(st.dictionaries(st.text(), JSON))
def test_arguments_survive_being_edited_as_json(value: dict[str, Any]) -> None:
    text = editable(value)
    assert same(read_object(text), value)
    assert clean_block(text, len(text) + 1) == text


@pytest.mark.parametrize(
    ("kind", "value", "shown_as", "text"),
    [
        ("string", "hello", "string", "hello"),
        ("string", "two\nlines", "json", '"two\\nlines"'),
        ("string", "\x1b[0m", "json", '"\\u001b[0m"'),
        ("string", "\x7f\x9f", "json", '"\\u007f\\u009f"'),
        ("string", 5, "json", "5"),
        ("integer", 5, "integer", "5"),
        ("integer", "five", "json", '"five"'),
        ("number", 0.5, "number", "0.5"),
        ("strings", ["a", "", "b"], "strings", "a\n\nb"),
        ("strings", ["a\nb"], "json", '[\n  "a\\nb"\n]'),
        ("strings", ["[not json"], "json", '[\n  "[not json"\n]'),
        ("json", None, "json", "null"),
    ],
)
def test_what_a_field_cannot_show_is_edited_as_json(kind: Kind, value: Any, shown_as: str, text: str) -> None:
    field, shown = prepared(Field("x", kind), value)
    assert (field.kind, shown) == (shown_as, text)


def test_a_default_is_where_a_field_starts_unless_there_are_arguments() -> None:
    field = Field("x", "integer", default=3)
    assert starting_value(field, None) == 3
    assert starting_value(field, {"x": 4}) == 4
    assert starting_value(field, {}) is UNSET
    assert starting_value(Field("x", "integer", default=None), None) is UNSET


def test_one_and_true_are_two_choices() -> None:
    field = Field("x", "enum", choices=(1, True, 1.0, None))
    assert [choice_index(field, value) for value in (True, 1, None, "1")] == [1, 0, 3, None]


@pytest.mark.parametrize("text", ["[1]", "1", '"x"', "{", '{"a": NaN}', "[" * 100_000])
def test_only_an_object_is_arguments(text: str) -> None:
    with pytest.raises(ArgumentError):
        read_object(text)
