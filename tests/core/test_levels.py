"""The eight levels."""

from __future__ import annotations

import pytest

from mcp_tui.core.levels import LABELS, Level


def test_the_labels_are_those_of_the_specification_from_least_to_most_severe() -> None:
    expected = ("debug", "info", "notice", "warning", "error", "critical", "alert", "emergency")
    assert expected == LABELS
    assert tuple(level.label for level in sorted(Level)) == expected


def test_a_more_severe_level_is_greater() -> None:
    assert Level.DEBUG < Level.INFO < Level.NOTICE < Level.WARNING
    assert Level.WARNING < Level.ERROR < Level.CRITICAL < Level.ALERT < Level.EMERGENCY


def test_each_level_has_a_letter_of_its_own() -> None:
    letters = [level.letter for level in Level]
    assert len(set(letters)) == 8
    assert all(len(letter) == 1 and letter.isupper() for letter in letters)


@pytest.mark.parametrize("level", Level)
def test_a_label_is_read_in_any_case(level: Level) -> None:
    for label in (level.label, level.label.upper(), level.label.title()):
        assert Level.parse(label) is level


@pytest.mark.parametrize("label", ["", "warn", "fatal", " info", 3, None, True, ["info"], float("nan")])
def test_what_is_no_level_is_none(label: object) -> None:
    assert Level.parse(label) is None
