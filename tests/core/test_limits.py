"""What a schema allows, in words."""

from typing import Any

import pytest

from mcp_tui.core.limits import limits
from mcp_tui.core.schema import ArgumentError, require_json


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


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "\ud800", ["a", "\udfff"], {"x": {1, 2}}])
def test_what_json_cannot_say_is_refused(value: Any) -> None:
    with pytest.raises(ArgumentError, match="field"):
        require_json({"fine": 1, "field": value})
