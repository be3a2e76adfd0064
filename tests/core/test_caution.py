"""Which tools ask first: what the annotations say, and where they say nothing, the name."""

import pytest

from mcp_tui.core.caution import VERBS, reason_to_ask
from mcp_tui.core.status import Tool


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.parametrize("form", ["{}", "{}_file", "{}-file", "file.{}", "{}File", "forceTo{}Now", "HTTP{}"])
def test_without_annotations_the_name_tells(verb: str, form: str) -> None:
    name = form.format(verb if form.startswith("{}") else verb.title())
    reason = reason_to_ask(Tool(name))
    assert repr(verb) in reason
    assert reason.endswith(".")


@pytest.mark.parametrize(
    "name", ["list_files", "information", "dropdown", "reformat", "skills", "undeleted", "", "7"]
)
def test_a_part_of_a_word_is_no_word(name: str) -> None:
    assert not reason_to_ask(Tool(name))


def test_what_the_server_says_counts_before_the_name() -> None:
    assert "says that" in reason_to_ask(Tool("add", destructive=True))
    assert "says that" in reason_to_ask(Tool("delete", destructive=True))
    assert not reason_to_ask(Tool("delete", destructive=False))
    assert not reason_to_ask(Tool("drop_in", read_only=True))
