"""What a list has changed by, in words."""

from __future__ import annotations

import pytest

from mcp_tui.core.catalog import NAMED, difference
from mcp_tui.core.listing import PROMPTS, RESOURCES, TOOLS
from mcp_tui.core.offers import Prompt, PromptArgument, Resource
from mcp_tui.core.status import Tool


def tools(names: str) -> list[Tool]:
    """A tool for each letter; a capital is the same tool with another description."""
    return [Tool(name.lower(), description="changed" if name.isupper() else "") for name in names]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", "", ""),
        ("ab", "ab", ""),
        ("ab", "ba", ""),
        ("aa", "a", ""),
        ("", "ab", "added a, b"),
        ("ab", "b", "removed a"),
        ("ab", "aB", "changed b"),
        ("abd", "eAd", "added e; removed b; changed a"),
    ],
)
def test_what_was_added_removed_and_changed_is_named(before: str, after: str, said: str) -> None:
    assert difference(TOOLS, tools(before), tools(after)) == said


def test_an_argument_that_changed_is_a_change() -> None:
    before = [Prompt("p", arguments=(PromptArgument("a"),))]
    after = [Prompt("p", arguments=(PromptArgument("a", required=True),))]
    assert difference(PROMPTS, before, after) == "changed p"


def test_a_resource_is_known_by_its_uri() -> None:
    before, after = [Resource("x://a", "x://a", "one")], [Resource("x://b", "x://b", "one")]
    assert difference(RESOURCES, before, after) == "added x://b; removed x://a"


def test_names_are_harmless_and_not_too_many() -> None:
    many = [Tool("\x1b[2J"), *(Tool(f"t{number}") for number in range(NAMED + 1_000))]
    said = difference(TOOLS, [], many)
    assert said.startswith("added ␛[2J, t0, t1,")
    assert said.endswith("t8, 1,001 more")
