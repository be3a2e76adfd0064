"""RowList: a list with a cursor, whose rows are made anew for every width and every change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.strip import Strip
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mcp_tui.ui.actions import by_id

MOVEMENT = by_id("pane.down", "pane.up", "pane.page_down", "pane.page_up", "pane.top", "pane.end")
"""The keys of the table that move a cursor, the same in every list."""


class Row(NamedTuple):
    """One row: what it stands for, and how it looks."""

    key: str
    content: Content


class RowList(OptionList, inherit_bindings=False):
    """A list that keeps its cursor on the same row while rows come and go.

    A subclass says what the rows are (``build``) and what to say when there are none (``empty``). A click
    moves the cursor; a second one in the same place is ``enter``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*MOVEMENT]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--mark"}
    DEFAULT_CSS = """
    RowList {
        border: round $border;
        border-title-color: $foreground;
        border-title-style: bold;
        padding: 0;
        background: $background;
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .option-list--option { padding: 0 0 0 1; }
        & > .row-list--mark { color: $muted; }
        & > .option-list--option-highlighted { background: $panel; color: $foreground; text-style: none; }
        & > .option-list--option-hover { background: $surface; }
        & > .option-list--option-disabled { color: $muted; }
        &:focus {
            border: round $primary;
            border-title-color: $primary;
            background-tint: transparent;
            & > .option-list--option-highlighted {
                background: $block-cursor-background;
                color: $block-cursor-foreground;
                text-style: none;
            }
        }
    }
    """

    activate_on_click = False
    """Whether one click is ``enter`` as well."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(markup=False, **kwargs)
        self._shown: dict[str, Content] = {}
        self._message = ""

    def render_line(self, y: int) -> Strip:
        """The row under the cursor is marked where there is no colour as well."""
        strip = super().render_line(y)
        style = next((segment.style for segment in strip), None)
        option = style.meta.get("option") if style is not None else None
        if style is None or option is None or option != self.highlighted or not self.mark:
            return strip
        marked = style + self.get_component_rich_style("row-list--mark", partial=True)
        return Strip.join([Strip([Segment(self.mark, marked)], 1), strip.crop(1)])

    @property
    def mark(self) -> str:
        """What stands at the left of the row under the cursor."""
        return "▌" if self.has_focus else "▎"

    def build(self, width: int) -> Sequence[Row]:
        """The rows, for ``width`` cells."""
        raise NotImplementedError

    def empty(self) -> str:
        """What stands there when there are no rows."""
        return ""

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        option = self.highlighted_option
        return option.id if option is not None else None

    def select_key(self, key: str) -> None:
        """Put the cursor on the row ``key``, if there is one."""
        if key in self._shown:
            self.highlighted = self.get_option_index(key)

    @property
    def _room(self) -> int:
        """Cells of a row, beside its mark."""
        return (self.scrollable_content_region.width or 29) - 1

    def refresh_rows(self) -> None:
        """Build the rows again and show what changed."""
        rows = {row.key: row.content for row in self.build(self._room)}
        message = "" if rows else self.empty()
        if list(rows) == list(self._shown) and message == self._message:
            self._replace(rows)
        else:
            self._rebuild(rows, message)
        self._shown, self._message = rows, message

    def _replace(self, rows: dict[str, Content]) -> None:
        changed = [key for key, content in rows.items() if not content.is_same(self._shown[key])]
        for key in changed:
            self.replace_option_prompt(key, rows[key])
        if any(rows[key].plain.count("\n") != self._shown[key].plain.count("\n") for key in changed):
            self.refresh(layout=True)

    def _rebuild(self, rows: dict[str, Content], message: str) -> None:
        cursor = self._cursor_after(list(rows))
        if rows:
            self.set_options(Option(content, id=key) for key, content in rows.items())
        else:
            self.set_options([Option(Content(message), disabled=True)] if message else [])
        self.highlighted = cursor
        self.refresh(layout=True)

    def _cursor_after(self, keys: list[str]) -> int | None:
        """Where the cursor goes: on the same row, else on the one in its place."""
        if not keys:
            return None
        if self.key in keys:
            return keys.index(self.key)
        return min(self.highlighted or 0, len(keys) - 1)

    def on_resize(self) -> None:
        """Rows are cut to the width, and the cursor stays in sight."""
        self.refresh_rows()
        self.call_after_refresh(self.scroll_to_highlight)

    async def _on_click(self, event: events.Click) -> None:
        event.prevent_default()
        index: int | None = event.style.meta.get("option")
        if index is None or self.options[index].disabled:
            return
        again = self.highlighted == index and event.chain > 1
        self.highlighted = index
        if again or self.activate_on_click:
            self.action_select()

    def action_cursor(self, step: int) -> None:
        """Move the cursor by one row, without going round."""
        if self.highlighted is not None:
            self.highlighted += step

    def action_page(self, step: int) -> None:
        """Move the cursor by a page."""
        if step > 0:
            self.action_page_down()
        else:
            self.action_page_up()

    def action_top(self) -> None:
        """The first row."""
        self.action_first()

    def action_end(self) -> None:
        """The last row."""
        self.action_last()
