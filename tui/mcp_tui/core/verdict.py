"""Verdict: what a check of a value under a JSON Schema came to."""

from __future__ import annotations

import msgspec

from mcp_tui.core.text import clean

_PLACE = 200
"""Characters of a place that are shown."""

Path = tuple[str | int, ...]
"""Keys and indexes from the whole value to a part of it."""


class Problem(msgspec.Struct, frozen=True):
    """One thing that is wrong with a value.

    path: where; empty for the value as a whole. Its keys are as they were sent (but cut where they are very long).
    text: what is wrong there; one cleaned line.
    """

    path: Path
    text: str

    @property
    def argument(self) -> str:
        """The argument it is about, where the value is a call's arguments; "" for all of them together."""
        return str(self.path[0]) if self.path else ""

    @property
    def line(self) -> str:
        """The place and what is wrong there, in one cleaned line: ``items[3].name: a value is required``."""
        return f"{place(self.path)}: {self.text}" if self.path else self.text


class Verdict(msgspec.Struct, frozen=True):
    """What a check came to.

    problems: what is wrong with the value, what concerns most of it first; empty when it is right.
    unchecked: why nobody can tell ("its schema takes too long to check"), or empty.
    """

    problems: tuple[Problem, ...] = ()
    unchecked: str = ""

    def by_argument(self) -> dict[str, str]:
        """What is wrong with each argument of a call ("": with all of them together)."""
        found: dict[str, str] = {}
        for problem in self.problems:
            found.setdefault(problem.argument, problem.line if len(problem.path) > 1 else problem.text)
        return found


def place(path: Path) -> str:
    """A path as a person reads it, cleaned: ``data.items[3].name``, ``headers['content-type']``."""
    steps = (f".{step}" if isinstance(step, str) and step.isidentifier() else f"[{step!r}]" for step in path)
    return clean("".join(steps).removeprefix("."), _PLACE)
