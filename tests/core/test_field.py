"""JSON Schemas as trees of fields."""

from __future__ import annotations

from typing import Any

import pytest

from mcp_tui.core.field import Field, field_of, item, members, variants
from mcp_tui.core.fitting import variant_of
from mcp_tui.core.refs import plain

DEFS: dict[str, Any] = {
    "$defs": {
        "name": {"type": "string", "minLength": 1},
        "a/b~c d": {"type": "integer"},
        "round": {"$ref": "#/$defs/round"},
        "circle": {"properties": {"kind": {"const": "circle"}, "r": {"type": "number"}}, "required": ["kind", "r"]},
        "square": {"properties": {"kind": {"const": "square"}, "side": {"type": "number"}}, "required": ["kind"]},
    }
}


def of(spec: dict[str, Any], *, required: bool = False) -> Field:
    return field_of(spec, DEFS, "x", required=required)


KINDS: list[tuple[dict[str, Any], str]] = [
    ({"$ref": "#/$defs/name"}, "string"),
    ({"$ref": "#/$defs/a~1b~0c%20d"}, "integer"),
    ({"$ref": "#/$defs/circle"}, "object"),
    ({"$ref": "#/$defs/round"}, "json"),
    ({"$ref": "#/$defs/none"}, "json"),
    ({"$ref": "http://127.0.0.1/schema.json"}, "json"),
    ({"$ref": "#anchor"}, "json"),
    ({"allOf": [{"$ref": "#/$defs/name"}, {"maxLength": 5}]}, "string"),
    ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "json"),
    ({"const": 7}, "enum"),
    ({"type": "null"}, "enum"),
    ({"anyOf": [{"const": 1}, {"const": 2}]}, "enum"),
    ({"anyOf": [{"$ref": "#/$defs/circle"}, {"$ref": "#/$defs/square"}]}, "choice"),
    ({"anyOf": [{"$ref": "#/$defs/circle"}, {"type": "null"}]}, "object"),
    ({"type": "array", "items": {"type": "object"}}, "list"),
    ({"type": "array", "items": {"enum": ["a", "b"]}}, "list"),
    ({"type": "array", "items": {"type": "string"}, "prefixItems": [{}]}, "json"),
    ({"type": "object", "additionalProperties": {"type": "integer"}}, "map"),
    ({"type": "object", "additionalProperties": True}, "json"),
    ({"properties": {"a": {}}}, "object"),
]


@pytest.mark.parametrize(("spec", "kind"), KINDS)
def test_the_kind_of_a_field(spec: dict[str, Any], kind: str) -> None:
    assert of(spec).kind == kind


def test_what_may_be_null_and_must_be_sent_is_a_choice() -> None:
    assert of({"type": ["string", "null"]}).kind == "string"
    field = of({"type": ["string", "null"], "title": "Name", "default": None}, required=True)
    assert (field.kind, field.title, field.default) == ("choice", "Name", None)
    assert [each.kind for each in variants(field)] == ["string", "enum"]
    assert variant_of(variants(field), None) == 1


def test_parts_of_all_of_are_put_together() -> None:
    one = {"properties": {"a": {"type": "string"}}, "required": ["a"], "title": "One"}
    other = {"properties": {"a": {"maxLength": 3}, "b": {}}, "required": ["b"], "title": "Other"}
    made = plain({"allOf": [one, other], "title": "Both"}, {})
    assert made == {
        "properties": {"a": {"type": "string", "maxLength": 3}, "b": {}},
        "required": ["a", "b"],
        "title": "Both",
    }


def test_titles_of_constants_and_of_an_enum() -> None:
    field = of({"oneOf": [{"const": "r", "title": "Red\x1b"}, {"const": "g"}]})
    assert (field.choices, field.labels) == (("r", "g"), ("Red␛", ""))
    assert of({"enum": [1, 2], "enumNames": ["One", "Two"]}).labels == ("One", "Two")
    assert of({"enum": [1, 2], "enumNames": ["One"]}).labels == ()


@pytest.mark.parametrize(
    ("branches", "titles"),
    [
        ([{"$ref": "#/$defs/circle"}, {"$ref": "#/$defs/square"}], ["circle", "square"]),
        ([{"title": "A"}, {"type": "integer"}], ["A", "integer"]),
        ([{"required": ["a"]}, {"required": ["b", "c"]}], ["with a", "with b, c"]),
        ([{"type": "string"}, {"enum": [1, 2]}], ["string", "1 or 2"]),
    ],
)
def test_what_a_variant_is_called(branches: list[Any], titles: list[str]) -> None:
    assert [each.title for each in variants(of({"oneOf": branches}))] == titles


def test_a_variant_has_what_all_of_them_have() -> None:
    spec: dict[str, Any] = {
        "type": "object",
        "properties": {"id": {"type": "string"}},
        "required": ["id"],
        "oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {}}, "required": ["b"]}, {"type": "string"}],
    }
    one, two, three = variants(of(spec))
    assert [(member.name, member.required) for member in members(one)] == [("id", True), ("a", False)]
    assert [(member.name, member.required) for member in members(two)] == [("id", True), ("b", True)]
    assert three.kind == "json"


def test_the_variant_that_knows_most_of_a_value_is_the_one() -> None:
    shapes = variants(of({"oneOf": [{"$ref": "#/$defs/circle"}, {"$ref": "#/$defs/square"}]}))
    assert variant_of(shapes, {"kind": "square", "side": 1}) == 1
    assert variant_of(shapes, {"r": 1}) == 0
    assert variant_of(shapes, {"kind": "triangle"}) is None
    assert variant_of(shapes, [1]) is None


def test_a_search_for_a_variant_comes_to_an_end() -> None:
    loop: dict[str, Any] = {"oneOf": [{"$ref": "#"}, {"$ref": "#"}, {"type": "array", "items": {"$ref": "#"}}]}
    value: list[Any] = []
    for _ in range(200):
        value = [value, value]
    assert variant_of(variants(field_of(loop, loop)), {}) is None
    variant_of(variants(field_of(loop, loop)), value)


def test_what_an_item_is() -> None:
    assert item(of({"type": "array", "items": {"$ref": "#/$defs/circle"}})).kind == "object"
    assert item(of({"type": "object", "additionalProperties": {"type": "integer"}})).kind == "integer"


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        ({"type": "string", "examples": ["Ada\x1b", "Bob"], "format": "email"}, "Ada␛"),
        ({"type": "integer", "examples": [7]}, "7"),
        ({"type": "string", "format": "date"}, "2026-11-20"),
        ({"type": "string", "format": "odd"}, ""),
        ({"type": "string", "format": ["date"], "examples": "no"}, ""),
    ],
)
def test_what_a_value_may_look_like(spec: dict[str, Any], text: str) -> None:
    assert of(spec).placeholder == text
