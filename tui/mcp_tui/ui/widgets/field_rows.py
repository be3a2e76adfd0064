"""FieldRows: the values of a form, or of a part of it, however many there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.widget import Widget

from mcp_tui.ui.widgets.value_row import ValueRow

AT_ONCE = 6
"""Rows that are filled at a time."""
MOUNTED_AT_ONCE = 16
"""Empty rows that are mounted at a time."""


class FieldRows(Vertical):
    """Rows, somewhere in a VerticalScroll. Those that are not near what is in sight are empty until they are.

    rows: all of them, mounted or not.
    """

    DEFAULT_CSS = "FieldRows { height: auto; }"

    def __init__(self, rows: Sequence[ValueRow], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.rows = rows
        for row in rows[AT_ONCE:]:
            row.put_off()

    def compose(self) -> ComposeResult:
        """The first rows; the others follow."""
        yield from self.rows[:AT_ONCE]

    def on_mount(self) -> None:
        """Mount the other rows; fill them as they come near."""
        self._mount_from(AT_ONCE)
        self.watch(self._scroller, "scroll_y", self._fill_near)

    def _mount_from(self, start: int) -> None:
        if start < len(self.rows):
            end = start + MOUNTED_AT_ONCE
            self.mount_all(self.rows[start:end])
            self.call_after_refresh(self._mount_from, end)
        else:
            self._fill_near()

    @property
    def _scroller(self) -> VerticalScroll:
        """What scrolls them."""
        return next(node for node in self.ancestors if isinstance(node, VerticalScroll))

    def _fill_near(self) -> None:
        """A few at a time, so that no key waits for hundreds."""
        near = [row for row in self._near() if row.is_attached and not row.filled]
        for row in near[:AT_ONCE]:
            row.fill()
        if near[AT_ONCE:]:
            self.call_after_refresh(self._fill_near)

    @property
    def _top(self) -> int:
        """How far below the beginning of what is scrolled the first row is."""
        scroller = self._scroller
        around = [node for node in self.ancestors_with_self if scroller in node.ancestors]
        return sum(node.virtual_region.y for node in around if isinstance(node, Widget))

    def _near(self) -> Sequence[ValueRow]:
        """The rows in sight, and a page above and below them."""
        page = self.screen.size.height
        middle = self._scroller.scroll_offset.y + page / 2 - self._top
        near: list[ValueRow] = []
        top = 0
        for row in self.rows:
            if abs(top - middle) < 1.5 * page:
                near.append(row)
            top += (row.outer_size.height or row.guessed_height) + 1
        return near
