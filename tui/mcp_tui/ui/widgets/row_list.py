"""RowList: a list with a cursor, of which only the rows in sight are drawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import BindingType
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip
from textual.visual import Visual

from mcp_tui.ui.actions import by_id
from mcp_tui.ui.widgets.direct_keys import DirectKeys
from mcp_tui.ui.widgets.stack import Row, Stack

MOVEMENT = by_id("pane.down", "pane.up", "pane.page_down", "pane.page_up", "pane.top", "pane.end")
"""The keys of the table that move a cursor, the same in every list."""

_CACHED = 200
"""Rows kept drawn, and looked at again when the rows are refreshed; more than any screen shows."""

CURSOR, HOVER, MARK = "row-list--cursor", "row-list--hover", "row-list--mark"


class RowList(DirectKeys, can_focus=True, inherit_bindings=False):
    """A list that keeps its cursor on the same row while rows come and go.

    A subclass says what the rows are (``build``) and what to say when there are none (``empty``). A click
    moves the cursor; a second one in the same place is ``enter``.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*MOVEMENT]
    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {CURSOR, HOVER, MARK}
    DEFAULT_CSS = """
    RowList {
        border: round $border;
        border-title-color: $foreground;
        border-title-style: bold;
        background: $background;
        color: $foreground;
        overflow-x: hidden;
        scrollbar-gutter: stable;
        scrollbar-size: 0 1;
        text-wrap: nowrap;
        text-overflow: ellipsis;
        & > .row-list--mark { color: $muted; }
        & > .row-list--cursor { background: $panel; color: $foreground; }
        & > .row-list--hover { background: $surface; }
        &:focus {
            border: round $primary;
            border-title-color: $primary;
            & > .row-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        }
    }
    """

    activate_on_click = False
    """Whether one click is ``enter`` as well."""

    highlighted: reactive[int | None] = reactive(None, repaint=False, init=False)
    """Which row the cursor is on."""
    _hovered: reactive[int | None] = reactive(None, repaint=False, init=False)

    class OfRow(Message):
        """Something has happened to the row ``key``."""

        def __init__(self, rows: RowList, key: str) -> None:
            super().__init__()
            self.rows = rows
            self.key = key

        @property
        def control(self) -> RowList:
            """The list."""
            return self.rows

    class Moved(OfRow):
        """The cursor has been put on it."""

    class Chosen(OfRow):
        """The user wants it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._rows = Stack()
        self._message = ""
        self._contents: dict[int, Content] = {}
        self._strips: dict[tuple[int, str, str], list[Strip]] = {}

    # What a subclass says.

    def build(self, width: int) -> Sequence[Row]:
        """The rows, for ``width`` cells."""
        raise NotImplementedError

    def empty(self) -> str:
        """What stands there when there are no rows."""
        return ""

    @property
    def mark(self) -> str:
        """What stands at the left of the row under the cursor."""
        return "▌" if self.has_focus else "▎"

    # The rows.

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return None if self.highlighted is None else self._rows[self.highlighted].key

    def select_key(self, key: str) -> None:
        """Put the cursor on the row ``key``, if there is one."""
        if (number := self._rows.number(key)) is not None:
            self.highlighted = number

    @property
    def _room(self) -> int:
        """Cells of a row, beside its mark."""
        return (self.scrollable_content_region.width or 29) - 1

    def refresh_rows(self) -> None:
        """Build the rows again and show what changed."""
        rows = Stack(self.build(self._room))
        message = "" if rows else self.empty()
        if message == self._message and rows.stands_like(self._rows):
            self._rows = rows
            self._redraw()
        else:
            self._rebuild(rows, message)

    def _redraw(self) -> None:
        """Draw anew what has changed of the rows that were drawn."""
        for index, known in list(self._contents.items()):
            drawn = self._rows[index].draw()
            if not drawn.is_same(known):
                self._contents[index] = drawn
                self._strips = {about: strips for about, strips in self._strips.items() if about[0] != index}
                self._refresh_row(index)

    def _rebuild(self, rows: Stack, message: str) -> None:
        cursor = self._cursor_after(rows)
        self._rows, self._message = rows, message
        self._forget()
        self.refresh()
        self.virtual_size = Size(0, rows.height or message.count("\n") + bool(message))
        # Also where the number of the row has not changed, the row has.
        self.set_reactive(RowList.highlighted, None)
        self.highlighted = cursor

    def _cursor_after(self, rows: Stack) -> int | None:
        """Where the cursor goes: on the same row, else on the one in its place."""
        if not rows:
            return None
        same = rows.number(self.key)
        return min(self.highlighted or 0, len(rows) - 1) if same is None else same

    # Drawing.

    def render_line(self, y: int) -> Strip:
        """One line of a row; below the last one, nothing."""
        line = y + self.scroll_offset.y
        index = self._rows.at(line)
        return self._said(line) if index is None else self._lines(index)[line - self._rows.top(index)]

    def _said(self, line: int) -> Strip:
        """A line of what stands there instead of rows, or nothing."""
        said = "".join(self._message.split("\n")[line:][:1])
        content = Content.styled(f" {said}", "$muted") if said else Content(" ")
        strip = Visual.to_strips(self, content, self._room + 1, 1, self.visual_style)[0]
        return strip.extend_cell_length(self._room + 1, self.visual_style.rich_style)

    def _lines(self, index: int) -> list[Strip]:
        state = CURSOR if index == self.highlighted else HOVER if index == self._hovered else ""
        mark = (self.mark if state == CURSOR else "") or " "
        lines = self._strips.get((index, state, mark))
        if lines is None:
            lines = self._strips[index, state, mark] = self._draw(index, state, mark)
        return lines

    def _draw(self, index: int, state: str, mark: str) -> list[Strip]:
        """The lines of a row. Its mark tells where the cursor is where there is no colour as well."""
        content = self._contents.get(index)
        if content is None:
            if len(self._contents) >= _CACHED:
                self._forget()
            content = self._contents[index] = self._rows[index].draw()
        style = self.get_visual_style(state) if state else self.visual_style
        ground = style.rich_style
        lines = Visual.to_strips(self, content, self._room, self._rows[index].height, style)
        color = ground if mark == " " else ground + self.get_component_rich_style(MARK, partial=True)
        return [Strip([Segment(mark, color), *line.extend_cell_length(self._room, ground)]) for line in lines]

    def _forget(self) -> None:
        """Let every row be drawn anew when it is next in sight."""
        self._contents.clear()
        self._strips.clear()

    def _refresh_row(self, index: int | None) -> None:
        if index is not None and index < len(self._rows):
            self.refresh_lines(self._rows.top(index), self._rows[index].height)

    def notify_style_update(self) -> None:
        """Another theme, or focus."""
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        """Rows are cut to the width, and the cursor stays in sight."""
        self._forget()
        self.refresh()
        self.refresh_rows()
        self.call_after_refresh(self._show_cursor)

    # The cursor.

    def validate_highlighted(self, index: int | None) -> int | None:
        """A row that there is."""
        return None if index is None or not self._rows else min(max(index, 0), len(self._rows) - 1)

    def watch_highlighted(self, before: int | None, now: int | None) -> None:
        """Show the cursor, and tell."""
        self._refresh_row(before)
        self._refresh_row(now)
        if now is not None:
            self._show_cursor()
            self.post_message(self.Moved(self, self._rows[now].key))

    def watch__hovered(self, before: int | None, now: int | None) -> None:
        """Show what the mouse is on."""
        self._refresh_row(before)
        self._refresh_row(now)

    def _show_cursor(self) -> None:
        """Scroll as far as it takes to see the whole row under the cursor."""
        height = self.scrollable_content_region.height
        if self.highlighted is None or not height:
            return
        top, end = self._rows.top(self.highlighted), self._rows.end(self.highlighted)
        if top < self.scroll_offset.y:
            self.scroll_to(y=top, animate=False)
        elif end > self.scroll_offset.y + height:
            self.scroll_to(y=end - height, animate=False)

    def row_under(self, event: events.MouseEvent) -> int | None:
        """The row that the mouse is on."""
        offset = event.get_content_offset(self)
        return None if offset is None else self._rows.at(offset.y + self.scroll_offset.y)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Show what a click would mean."""
        self._hovered = self.row_under(event)

    def on_leave(self) -> None:
        """Nothing."""
        self._hovered = None

    async def _on_click(self, event: events.Click) -> None:
        index = self.row_under(event)
        if index is None:
            return
        again = self.highlighted == index and event.chain > 1
        self.highlighted = index
        if again or self.activate_on_click:
            self.action_select()

    def action_select(self) -> None:
        """Enter."""
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))

    def action_cursor(self, step: int) -> None:
        """Move the cursor by one row, without going round."""
        if self.highlighted is not None:
            self.highlighted += step

    def action_page(self, step: int) -> None:
        """Move the cursor by a page."""
        if self.highlighted is not None:
            line = self._rows.top(self.highlighted) + step * max(1, self.scrollable_content_region.height - 1)
            self.highlighted = self._rows.at(min(max(line, 0), self._rows.height - 1))

    def action_top(self) -> None:
        """The first row."""
        self.highlighted = 0

    def action_end(self) -> None:
        """The last row."""
        self.highlighted = len(self._rows) - 1
