"""GroupRow: a value of a form that is made of others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import Static

from mcp_tui.core.field import Field
from mcp_tui.ui.widgets.editing import UNSET
from mcp_tui.ui.widgets.value_row import ValueRow, label

Make = Callable[[Field, Any, int], ValueRow]
"""Makes the row for a field with a value (or UNSET), so many groups deep."""


class GroupRow(ValueRow):
    """A value made of others. What has no name has no label either: its owner says what it is.

    value: what it starts with, or UNSET. depth: how many groups are around it. make: makes the rows of its parts.
    """

    DEFAULT_CSS = """
    GroupRow {
        & ValueRow:last-child { margin: 0; }
        & > .body { height: auto; border-left: solid $border; padding: 0 0 0 1; }
        & Button { min-width: 6; padding: 0 1; background: $panel; color: $foreground; }
        & Button:focus { text-style: bold underline; background-tint: transparent; }
        & > Select > SelectCurrent {
            height: 1;
            border: none;
            border-left: outer $border;
            background: $panel;
            padding: 0 1;
            & Static#label { color: $muted; }
            &.-has-value Static#label { color: $foreground; }
        }
        & > Select:focus > SelectCurrent { border-left: outer $primary; background: $block-cursor-background; }
    }
    """

    def __init__(self, field: Field, value: Any, depth: int, make: Make) -> None:
        super().__init__(field)
        self.row_of = make
        self._value = value
        self._depth = depth
        self._changed = False
        self._body = Vertical(classes="body")

    @property
    def guessed_height(self) -> int:
        """Its label, and a line to open it with."""
        return 2 + bool(self.field.description) + sum(row.guessed_height + 1 for row in self.rows)

    @property
    def rows(self) -> list[ValueRow]:
        """The parts there are."""
        return []

    @property
    def edited(self) -> bool:
        """Whether it has been opened or closed, or a part of it edited."""
        return self._changed or any(row.edited for row in self.rows)

    def about(self) -> Iterable[Widget]:
        """Label and description."""
        if self.field.name:
            yield Static(label(self.field), markup=False)
        if self.field.description:
            yield Static(self.field.description, classes="description", markup=False)

    def _missing(self, problem: str, bad: list[ValueRow]) -> Any:
        """Say that there is no value where there should be one."""
        self.show_error(problem)
        bad.append(self)
        return UNSET
