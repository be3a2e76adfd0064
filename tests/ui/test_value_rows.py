"""The rows of a form: what they start with is what they say, and what they say is where it was found wrong."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.field import field_of
from mcp_tui.core.fitting import same
from mcp_tui.core.judge import judge
from mcp_tui.ui.widgets.fields import FieldRow
from mcp_tui.ui.widgets.value_row import ValueRow
from mcp_tui.ui.widgets.value_rows import row_of

UNSET = msgspec.UNSET
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
Pair = tuple[dict[str, Any], Any]
"""A schema, and a value that it allows."""

CASES: list[Pair] = [
    ({"type": "string"}, "text"),
    ({"type": "string"}, ""),
    ({"type": "string"}, "two\nlines\x1b[0m"),
    ({"type": ["string", "null"]}, None),
    ({"type": ["string", "integer"]}, 7),
    ({"type": "null"}, None),
    ({"const": {"a": 1}}, {"a": 1}),
    ({"oneOf": [{"const": 1, "title": "One"}, {"const": True, "title": "Yes"}]}, True),
    ({"type": "array", "items": {"type": "string"}}, []),
    ({"type": "array", "items": {"type": "string"}}, ["a", ""]),
    ({"type": "array", "items": {"type": "boolean"}}, [True, False]),
    ({"type": "array", "items": {"type": "array", "items": {"type": "integer"}}}, [[1], []]),
    ({"type": "array", "prefixItems": [{"type": "string"}], "items": {"type": "integer"}}, ["a", 1]),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, {"a": 1, "b\x1b": 2}),
    ({"type": "object", "properties": {"a": {"type": "object", "properties": {"b": {}}}}}, {"a": {}}),
    ({"type": "object", "properties": {"a": {"type": "string"}}}, {"z": [1]}),
]


def scalars() -> st.SearchStrategy[Pair]:
    kinds = {
        "string": st.text(),
        "integer": st.integers(),
        "boolean": st.booleans(),
        "number": st.floats(-1e9, 1e9),
    }
    return st.one_of(
        *(st.tuples(st.just({"type": kind}), values) for kind, values in kinds.items()),
        st.lists(JSON, min_size=1, max_size=3).map(lambda values: ({"enum": values}, values[-1])),
        JSON.map(lambda value: ({"const": value}, value)),
        JSON.map(lambda value: ({}, value)),
    )


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[Pair]) -> Pair:
    """Some members are required, some are left out, some are unknown."""
    parts = draw(st.dictionaries(st.text(), inner, max_size=3))
    names = st.sets(st.sampled_from(sorted(parts))) if parts else st.just(set[str]())
    required: set[str] = draw(names)
    sent = required | draw(names)
    schema = {"type": "object", "properties": {name: spec for name, (spec, _) in parts.items()}}
    return {**schema, "required": sorted(required)}, {name: parts[name][1] for name in sent}


def lists(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return inner.flatmap(
        lambda pair: st.integers(0, 3).map(lambda count: ({"type": "array", "items": pair[0]}, [pair[1]] * count))
    )


def maps(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.tuples(inner, st.sets(st.text(), max_size=3)).map(
        lambda made: ({"type": "object", "additionalProperties": made[0][0]}, dict.fromkeys(made[1], made[0][1]))
    )


def choices(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return st.tuples(st.lists(inner, min_size=2, max_size=3), st.sampled_from(["anyOf", "oneOf"])).map(
        lambda made: ({made[1]: [spec for spec, _ in made[0]]}, made[0][-1][1])
    )


def referred(inner: st.SearchStrategy[Pair]) -> st.SearchStrategy[Pair]:
    return inner.map(lambda pair: ({"allOf": [pair[0]], "title": "a part"}, pair[1]))


PAIRS = st.recursive(
    scalars(),
    lambda inner: objects(inner) | lists(inner) | maps(inner) | choices(inner) | referred(inner),
    max_leaves=6,
)


def said(schema: dict[str, Any], value: Any, *, required: bool = True) -> Any:
    """What a form that starts with ``value`` would send, having been left alone."""
    bad: list[ValueRow] = []
    read = row_of(field_of(schema, schema, "x", required=required), value).read(bad)
    assert bad == []
    return read


@pytest.mark.parametrize(("schema", "value"), CASES)
@pytest.mark.parametrize("required", [True, False])
def test_a_form_says_what_it_started_with(schema: dict[str, Any], value: Any, required: bool) -> None:
    assert judge(schema, value).problems == ()
    assert same(said(schema, value, required=required), value)


@given(PAIRS, st.booleans())
def test_any_value_that_a_schema_allows_comes_back_from_its_form(pair: Pair, required: bool) -> None:
    schema, value = pair
    assert same(said(schema, value, required=required), value)


@given(PAIRS, JSON)
def test_so_does_one_that_it_does_not_allow_or_the_form_says_why(pair: Pair, value: Any) -> None:
    bad: list[ValueRow] = []
    row = row_of(field_of(pair[0], pair[0], "x"), value)
    read = row.read(bad)
    assert bad or same(read, value)


NODE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "next": {"$ref": "#"},
        "all": {"type": "array", "items": {"$ref": "#"}},
    },
    "required": ["name"],
}


def test_a_schema_that_refers_to_itself_goes_as_deep_as_the_value() -> None:
    value = {"name": "a", "next": {"name": "b", "all": [{"name": "c"}, {"name": "d", "next": {"name": "e"}}]}}
    assert said(NODE, value) == value


def test_a_schema_that_requires_itself_for_ever_makes_a_form_all_the_same() -> None:
    schema = {**NODE, "required": ["next"]}
    bad: list[ValueRow] = []
    row_of(field_of(schema, schema), UNSET).read(bad)
    assert [row.field.name for row in bad] == ["next"]


def test_the_row_of_a_part_is_found() -> None:
    value = {"name": "a", "next": {"name": "b", "all": [{"name": "c"}]}}
    root = row_of(field_of(NODE, NODE), value)
    row, rest = root.find(("next", "all", 0, "name"))
    assert isinstance(row, FieldRow)
    assert (row.field.name, rest) == ("name", ())
    row, rest = root.find(("next", "all", 0, "none", 3))
    assert (row.field.name, rest) == ("", ("none", 3))
