"""What a schema allows, in words and as a check."""

from typing import Any

import pytest

from mcp_tui.core.limits import limits, problems
from mcp_tui.core.schema import ArgumentError, require_json

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "seconds": {"type": "number", "exclusiveMinimum": 0, "maximum": 3600},
        "items": {"type": "array", "items": {"type": "string", "maxLength": 3}, "maxItems": 2},
    },
    "required": ["seconds"],
}


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ({}, ""),
        ({"minimum": 1}, "at least 1"),
        ({"exclusiveMinimum": 0, "maximum": 3600}, "above 0, at most 3,600"),
        (
            {"minLength": 1, "maxLength": 200, "pattern": "^a"},
            "at least 1 characters, at most 200 characters, matching ^a",
        ),
        ({"format": "date"}, "a date"),
        ({"maxItems": 1000, "items": {"maxLength": 200}}, "at most 1,000 items, each at most 200 characters"),
        ({"minimum": "x", "maxLength": True, "items": []}, ""),
    ],
)
def test_limits_in_words(spec: dict[str, Any], words: str) -> None:
    assert limits(spec) == words


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        ({"seconds": 1}, set[str]()),
        ({"seconds": 0}, {"seconds"}),
        ({}, {"seconds"}),
        ({"seconds": 1, "items": ["abcd"]}, {"items"}),
        ({"seconds": "x", "items": ["a", "b", "c"]}, {"seconds", "items"}),
    ],
)
def test_arguments_are_checked_before_they_are_sent(arguments: dict[str, Any], wrong: set[str]) -> None:
    assert set(problems(SCHEMA, arguments)) == wrong


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "http://127.0.0.1:1/never-fetched"},
        {"properties": {"x": {"pattern": "("}}},
        {"type": "no-such-type"},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_cannot_be_used_finds_nothing_wrong(schema: dict[str, Any]) -> None:
    assert problems(schema, {"x": "text"}) == {}


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", ["a", "\udfff"], {"x": {1, 2}}])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentError, match="field"):
        require_json({"fine": 1, "field": value})
