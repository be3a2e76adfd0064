"""JSON Schema to form fields, and text to arguments."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mcp_tui.core.field import Field
from mcp_tui.core.schema import ArgumentError, arguments, fields, loads, parse, show
from mcp_tui.core.text import clean

UNSET = msgspec.UNSET


def one(spec: dict[str, Any], *, required: bool = False) -> Field:
    schema = {"properties": {"x": spec}, "required": ["x"] if required else []}
    return fields(schema)[0]


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ({"type": "string"}, "string"),
        ({"type": "number"}, "number"),
        ({"type": "integer"}, "integer"),
        ({"type": "boolean"}, "boolean"),
        ({"enum": ["a", "b"]}, "enum"),
        ({"type": "string", "enum": ["a"]}, "enum"),
        ({"type": "array", "items": {"type": "string"}}, "strings"),
        ({"type": "array", "items": {"type": "integer"}}, "list"),
        ({"type": "array"}, "json"),
        ({"type": "object"}, "json"),
        ({"$ref": "#/$defs/Thing"}, "json"),
        ({}, "json"),
        ({"type": ["string", "null"]}, "string"),
        ({"type": ["string", "integer"]}, "choice"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "choice"),
        ({"oneOf": [{"enum": [1, 2]}, {"type": "null"}]}, "enum"),
        ({"type": 5, "enum": [], "anyOf": "nonsense"}, "json"),
    ],
)
def test_the_kind_of_a_field(spec: dict[str, Any], kind: str) -> None:
    assert one(spec).kind == kind


def test_required_fields_come_first_and_the_order_is_kept() -> None:
    schema: dict[str, Any] = {"properties": {"a": {}, "b": {}, "c": {}, "d": {}}, "required": ["d", "b"]}
    assert [field.name for field in fields(schema)] == ["b", "d", "a", "c"]


STRANGE: list[dict[str, Any]] = [
    {},
    {"properties": None},
    {"properties": []},
    {"properties": {}, "required": "x"},
    {"type": "string"},
    {"required": [{}, [], 1]},
]


@pytest.mark.parametrize("schema", STRANGE)
def test_a_schema_without_properties_has_no_fields(schema: dict[str, Any]) -> None:
    assert fields(schema) == ()


def test_what_a_server_says_of_a_field_is_cleaned() -> None:
    field = one({"type": "string", "title": "\x1b[31mRed", "description": "two\nlines", "default": "d"})
    assert field.label == "␛[31mRed"
    assert field.description == "two↵lines"
    assert field.default == "d"


def test_a_name_that_could_harm_is_cleaned_where_it_is_shown_only() -> None:
    field = fields({"properties": {"a\x1bb": {}}})[0]
    assert (field.name, field.label) == ("a\x1bb", "a␛b")


@pytest.mark.parametrize(
    ("spec", "text", "value"),
    [
        ({"type": "string"}, " as it is ", " as it is "),
        ({"type": "integer"}, " 12 ", 12),
        ({"type": "integer"}, "-3", -3),
        ({"type": "number"}, "1.5", 1.5),
        ({"type": "number"}, "2e3", 2000.0),
        ({"type": "number"}, "10", 10),
        ({"type": "boolean"}, "Yes", True),
        ({"type": "boolean"}, "0", False),
        ({"enum": ["a", 2, True]}, "2", 2),
        ({"enum": ["a", 2, True]}, "true", True),
        ({"type": "array", "items": {"type": "string"}}, "one\n two\n", ["one", " two"]),
        ({"type": "array", "items": {"type": "string"}}, '["a", "b\\nc"]', ["a", "b\nc"]),
        ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
        ({}, "null", None),
    ],
)
def test_text_to_a_value(spec: dict[str, Any], text: str, value: Any) -> None:
    parsed = parse(one(spec), text)
    assert parsed == value
    assert type(parsed) is type(value)


@pytest.mark.parametrize(
    ("spec", "text", "said"),
    [
        ({"type": "integer"}, "1.5", "not a whole number"),
        ({"type": "integer"}, "x", "not a whole number"),
        ({"type": "number"}, "much", "not a number"),
        ({"type": "number"}, "nan", "cannot be sent"),
        ({"type": "number"}, "1e999", "cannot be sent"),
        ({"type": "boolean"}, "maybe", "neither true nor false"),
        ({"enum": ["a", "b"]}, "c", "not one of: a, b"),
        ({"type": "array", "items": {"type": "string"}}, "[1, 2]", "array of strings"),
        ({"type": "object"}, "{", "not JSON"),
        ({"type": "object"}, '{"a": NaN}', "cannot be sent"),
        ({}, "[" * 100_000, "not JSON"),
    ],
)
def test_text_that_means_nothing_is_refused_with_the_reason(spec: dict[str, Any], text: str, said: str) -> None:
    with pytest.raises(ArgumentError, match=said) as refused:
        parse(one(spec), text)
    assert refused.value.field == "x"


@pytest.mark.parametrize("kind", ["integer", "number", "boolean", "object"])
def test_an_empty_text_is_left_out_or_asked_for(kind: str) -> None:
    assert parse(one({"type": kind}), "") is UNSET
    with pytest.raises(ArgumentError, match="required"):
        parse(one({"type": kind}, required=True), "")


def test_an_empty_string_is_a_string_where_one_is_required() -> None:
    assert parse(one({"type": "string"}), "") is UNSET
    assert parse(one({"type": "string"}, required=True), "") == ""


def test_no_lines_are_no_items() -> None:
    spec = {"type": "array", "items": {"type": "string"}}
    assert parse(one(spec), "  ") is UNSET
    assert parse(one(spec, required=True), "[]") == []
    with pytest.raises(ArgumentError, match="a value is required"):
        parse(one(spec, required=True), "")


def test_pairs_are_read_as_the_schema_says() -> None:
    schema = {"properties": {"n": {"type": "integer"}, "s": {"type": "string"}, "o": {"type": "string"}}}
    given_pairs = {"n": "1", "s": "1", "o": "", "extra": "[1]", "word": "hello", "odd": "NaN"}
    wanted = {"n": 1, "s": "1", "extra": [1], "word": "hello", "odd": "NaN"}
    assert arguments(schema, given_pairs) == wanted


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", "-Infinity"])
def test_numbers_that_json_does_not_have_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no such number"):
        loads(text)


NUMBERS = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)


@given(st.integers())
def test_an_integer_shown_reads_back(value: int) -> None:
    assert parse(one({"type": "integer"}), show(value)) == value


@given(NUMBERS)
def test_a_number_shown_reads_back(value: float) -> None:
    back = parse(one({"type": "number"}), show(value))
    assert back == value
    assert math.copysign(1, back) == math.copysign(1, value) or value == 0


@given(st.text(min_size=1))
def test_a_string_shown_reads_back(value: str) -> None:
    assert parse(one({"type": "string"}), show(value)) == value


@given(st.booleans())
def test_a_boolean_shown_reads_back(value: bool) -> None:
    assert parse(one({"type": "boolean"}), show(value)) is value


@given(st.dictionaries(st.text(), st.none() | NUMBERS | st.text() | st.lists(st.booleans())))
def test_an_object_shown_reads_back(value: dict[str, Any]) -> None:
    assert parse(one({"type": "object"}), show(value)) == value


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KEYWORDS = st.sampled_from(["type", "properties", "required", "enum", "anyOf", "items", "title", "default"])


@given(st.dictionaries(KEYWORDS, JSON | st.dictionaries(st.text(), st.dictionaries(KEYWORDS, JSON))))
def test_no_schema_is_too_strange_to_make_a_form_of(schema: dict[str, Any]) -> None:
    for field in fields(schema):
        assert clean(field.label) == field.label


@given(JSON, st.text())
def test_any_text_is_a_value_or_an_argument_error(spec: Any, text: str) -> None:
    for kind in ("string", "integer", "number", "boolean", "array", "object"):
        field = one({"type": kind, "default": spec})
        with suppress(ArgumentError):
            parse(field, text)


NESTED: dict[str, Any] = {
    "properties": {
        "to": {"type": "object", "properties": {"city": {"type": "string"}, "zip": {"$ref": "#/$defs/zip"}}},
        "to.city": {"type": "integer"},
        "word": {"type": "string"},
    },
    "$defs": {"zip": {"type": "string"}},
}


def test_a_key_with_a_dot_is_a_member_unless_the_schema_names_it() -> None:
    pairs = {"to": '{"street": "x"}', "to.zip": "0123", "to.odd": "1", "to.city": "7", "word.odd": "y"}
    wanted = {"to": {"street": "x", "zip": "0123", "odd": 1}, "to.city": 7, "word.odd": "y"}
    assert arguments(NESTED, pairs) == wanted


def test_an_argument_cannot_be_a_text_and_have_members() -> None:
    with pytest.raises(ArgumentError, match="a value for a part of it"):
        arguments(NESTED, {"to": "7", "to.zip": "1"})
