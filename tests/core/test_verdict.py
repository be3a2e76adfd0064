"""The verdict on a value under a schema, whatever a server has made of either."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry

from mcp_tui.core.judge import judge
from mcp_tui.core.verdict import Verdict
from support.nasty import NASTY, harmful

TOO_DEEP = "its schema goes too deep to check"

PEOPLE: dict[str, Any] = {
    "type": "object",
    "properties": {
        "people": {"items": {"properties": {"name": {"type": "string"}}, "required": ["name", "age"]}},
        "seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600},
    },
    "required": ["seconds"],
}


def lines(schema: Any, value: Any) -> list[str]:
    """What is wrong with ``value``, in words; that it could not be checked is a failure."""
    verdict = judge(schema, value)
    assert verdict.unchecked == ""
    return [problem.line for problem in verdict.problems]


# What is said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"seconds": 1}, []),
        ({"seconds": 1, "people": [{"name": "Ann", "age": 1}]}, []),
        ({"seconds": 0}, ["seconds: 0 is less than or equal to the minimum of 0"]),
        ({}, ["seconds: a value is required"]),
        ([], ["[] is not of type 'object'"]),
        (
            {"people": [{"name": 5}], "seconds": "x"},
            [
                "seconds: 'x' is not of type 'number'",
                "people[0].name: 5 is not of type 'string'",
                "people[0].age: a value is required",
            ],
        ),
    ],
)
def test_a_problem_names_its_place_and_the_whole_comes_before_its_parts(value: Any, said: list[str]) -> None:
    found = lines(PEOPLE, value)
    assert sorted(found) == sorted(said)
    assert found[:1] == said[:1]


def test_arguments_are_told_apart() -> None:
    schema = {**PEOPLE, "required": ["seconds", "items"], "maxProperties": 1}
    verdict = judge(schema, {"people": [{"name": 5, "age": 1}, {}], "other": 1})
    assert verdict.by_argument() == {
        "": "{'people': [{'name': 5, 'age': 1}, {}], 'other': 1} has too many properties",
        "seconds": "a value is required",
        "items": "a value is required",
        "people": "people[0].name: 5 is not of type 'string'",
    }


LONG: list[tuple[Any, Any, str]] = [
    ({"maxItems": 3}, ["secret"] * 100, "the array does not fit maxItems 3"),
    ({"type": ["object", "null"]}, "x" * 300, 'the text does not fit type ["object", "null"]'),
    ({"additionalProperties": {"not": {}}}, {"x": "y" * 300}, "x: the text does not fit not {}"),
    ({"enum": ["y" * 90] * 9}, 1, "the number does not fit enum"),
    (False, ["x" * 300], "the array is not allowed"),
    ({"properties": {"a b": {"type": "string"}}}, {"a b": 1}, "['a b']: 1 is not of type 'string'"),
    ({"anyOf": [{"type": "null"}, {"type": "object", "required": ["x"]}]}, {}, "x: a value is required"),
]


@pytest.mark.parametrize(("schema", "value", "said"), LONG, ids=[said for *_, said in LONG])
def test_a_value_is_quoted_whole_or_not_at_all(schema: Any, value: Any, said: str) -> None:
    assert lines(schema, value) == [said]


@pytest.mark.parametrize(
    ("schema", "value", "right"),
    [
        ({"$schema": "http://json-schema.org/draft-07/schema#", "dependencies": {"a": ["b"]}}, {"a": 1}, False),
        ({"$schema": "http://json-schema.org/draft-04/schema#", "exclusiveMinimum": True, "minimum": 1}, 1, False),
        ({"$schema": "https://json-schema.org/draft/2020-12/schema", "dependencies": {"a": ["b"]}}, {"a": 1}, True),
        ({"$schema": "urn:nobody-knows-it", "dependentRequired": {"a": ["b"]}}, {"a": 1}, False),
        ({"$ref": "https://json-schema.org/draft/2020-12/schema"}, {"type": 5}, False),
        ({"format": "date"}, "no date", True),
        (True, "anything", True),
    ],
)  # fmt: skip
def test_each_draft_is_checked_by_its_own_rules(schema: Any, value: Any, right: bool) -> None:
    assert (lines(schema, value) == []) is right


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        ({"$ref": "http://127.0.0.1:1/x"}, "its schema refers to http://127.0.0.1:1/x, which is never fetched"),
        ({"$ref": "other.json"}, "its schema refers to other.json, which is never fetched"),
        ({"$ref": "#/$defs/x\x1b"}, "its schema refers to #/$defs/x␛, which leads nowhere"),
        ({"$ref": "#anchor"}, "its schema refers to #anchor, which leads nowhere"),
        ({"items": {"pattern": "("}}, "its schema is invalid: items.pattern: '(' is not a 'regex'"),
        ({"required": "x"}, "its schema is invalid: required: 'x' is not of type 'array'"),
        ({"$schema": ["x"]}, "its schema cannot be used: unhashable type: 'list'"),
        ({"$ref": "#"}, TOO_DEEP),
        ([], "its schema is no JSON object"),
        (None, "its schema is no JSON object"),
    ],
)  # fmt: skip
def test_a_schema_that_cannot_be_used_finds_nothing_wrong_and_says_why(schema: Any, why: str) -> None:
    assert judge(schema, {"x": "text"}) == Verdict(unchecked=why)


# Any schema, any value

KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-3, 3) | st.text("ab", max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=12,
)
TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
LEAVES: dict[str, st.SearchStrategy[Any]] = {
    "type": TYPES | st.lists(TYPES, min_size=1, max_size=3, unique=True),
    "enum": st.lists(VALUES, max_size=3),
    "const": VALUES,
    "minimum": st.integers(-3, 3),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "maxLength": st.integers(0, 3),
    "pattern": st.sampled_from(["^a", "b$", "a+b"]),
    "minItems": st.integers(0, 3),
    "uniqueItems": st.booleans(),
    "required": st.lists(KEYS, max_size=2, unique=True),
    "dependentRequired": st.dictionaries(KEYS, st.lists(KEYS, max_size=2, unique=True), max_size=2),
    "$ref": st.sampled_from(["#/$defs/a", "#/$defs/b"]),
}


def branches(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Schemas made of other schemas."""
    named, several = st.dictionaries(KEYS, inner, max_size=2), st.lists(inner, min_size=1, max_size=3)
    keywords: dict[str, st.SearchStrategy[Any]] = {
        **dict.fromkeys(("items", "contains", "not", "additionalProperties", "unevaluatedProperties", "if"), inner),
        **dict.fromkeys(("then", "else", "propertyNames", "unevaluatedItems"), inner),
        **dict.fromkeys(("properties", "dependentSchemas"), named),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), several),
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "[bc]"]), inner, max_size=2),
    }
    return st.fixed_dictionaries({}, optional={**LEAVES, **keywords}) | inner


SCHEMAS = st.recursive(st.booleans() | st.fixed_dictionaries({}, optional=LEAVES), branches, max_leaves=6)


@given(SCHEMAS, SCHEMAS, SCHEMAS, VALUES)
def test_the_verdict_is_that_of_jsonschema(schema: Any, a: Any, b: Any, value: Any) -> None:
    schema = {"$defs": {"a": a, "b": b}, "allOf": [schema]}
    plain: Any = Draft202012Validator(schema, registry=Registry())
    try:
        right = plain.is_valid(value)
    except RecursionError:
        return
    verdict = judge(schema, value)
    # Looking for every problem goes where looking for the first one does not.
    assert verdict.unchecked == TOO_DEEP or (verdict.unchecked == "" and (verdict.problems == ()) is right)


@given(
    st.dictionaries(NASTY, st.lists(NASTY)), NASTY, st.sampled_from(["enum", "required", "pattern", "$ref", "type"])
)
def test_what_is_said_is_one_short_line_that_harms_nobody(value: Any, text: str, keyword: str) -> None:
    rule = text if keyword in ("pattern", "$ref", "type") else [text]
    inner = {"items": {keyword: rule}, "minItems": 1}
    for schema in ({keyword: rule}, {"additionalProperties": inner}, {"propertyNames": {keyword: rule}}):
        verdict = judge(schema, value)
        for said in (verdict.unchecked, *(problem.line for problem in verdict.problems)):
            assert not harmful(said), ascii(said)
            # Cleaned, one character can take eight.
            assert len(said) <= 8 * 450
