"""LogPane: the rows of one level, or of all, drawn line by line."""

from __future__ import annotations

from collections.abc import Callable

from rich.segment import Segment
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import Reactive
from textual.selection import Selection
from textual.strip import Strip

from mcp_tui.core.events import Event
from mcp_tui.core.levels import Level
from mcp_tui.core.view import Filter
from mcp_tui.ui.feed import Feed
from mcp_tui.ui.matches import Matches
from mcp_tui.ui.reader import Reader
from mcp_tui.ui.rows import Columns, Look, Marks, color_slot, columns, fit, row, row_text
from mcp_tui.ui.widgets.direct_keys import DirectKeys
from mcp_tui.ui.widgets.looks import make_looks
from mcp_tui.ui.widgets.marking import marking

_CACHED = 250
"""Rows kept drawn; few panes show more. Each is some thirty objects that the garbage collector looks through."""


class LogPane(DirectKeys, can_focus=True, inherit_bindings=False):
    """Draws what its ``reader`` shows. Call ``sync`` when there may be something new.

    on_moved: called when the reader has been moved, before that is drawn; what it changes is in the same frame.
    """

    DEFAULT_CSS = """
    LogPane {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        background: $background;
    }
    """

    virtual_size = Reactive(Size(0, 0))
    """Without Textual's ``layout=True``: more rows change the place of nothing but the scrollbar."""

    class Opened(Message):
        """The reader wants to see one event in full."""

        def __init__(self, event: Event) -> None:
            super().__init__()
            self.event = event

    class Changed(Message):
        """Where the reader stands has changed: following, holding, a search, the cursor."""

        def __init__(self, pane: LogPane) -> None:
            super().__init__()
            self.pane = pane

        def can_replace(self, message: Message) -> bool:
            """One of them is enough."""
            return isinstance(message, LogPane.Changed) and message.pane is self.pane

    def __init__(self, feed: Feed, level: Level | None, *, on_moved: Callable[[], None] = lambda: None) -> None:
        super().__init__(id="log-all" if level is None else f"log-{level.label}")
        self._feed = feed
        self.level = level
        self._on_moved = on_moved
        self.lettered = level is None
        store = feed.store
        self.reader = Reader(store.merged if level is None else store.by_level[level])
        self.matches: Matches | None = None
        self.around = False
        self._moving = False
        self._strips: dict[tuple[int, Marks], Strip] = {}
        self._made_looks: tuple[Look, Look] | None = None
        self._columns: Columns | None = None
        self._servers: list[str] = []

    # What the dashboard asks for.

    def sync(self) -> None:
        """Show what has arrived."""
        changed = self.reader.sync()
        if self.matches is not None:
            self.matches.advance(self.reader.view)
        names = [server.name for server in self._feed.servers]
        if names != self._servers:
            self._servers = names
            self._restyle()
        if changed:
            self._apply()

    def letter(self, lettered: bool) -> None:
        """Show each row's level as a letter, or leave it out."""
        if lettered != self.lettered:
            self.lettered = lettered
            self._restyle()

    def filter(self, shown: Filter) -> None:
        """Show only the events that pass."""
        self.reader.show(shown)
        if self.matches is not None:
            self._match(self.matches.needle)
        self._restyle()
        self._moved()

    def search(self, needle: str, start: int | None = None) -> None:
        """Mark every row that contains ``needle`` and go to the one nearest to row ``start``.

        An empty needle ends the search.
        """
        self._match(needle)
        if self.matches is not None:
            found = self.matches.nearest(self.reader.cursor or 0 if start is None else start)
            if found is not None:
                self.reader.select(found)
        self._moved()

    def _match(self, needle: str) -> None:
        self.around = False
        self.matches = Matches(needle) if needle else None
        if self.matches is not None:
            self.matches.advance(self.reader.view)
        self._strips.clear()

    def next_match(self, step: int) -> None:
        """Go to the next match, around the ends where there is none in that direction."""
        if self.matches is None:
            return
        beyond = self.matches.beyond(self.reader.cursor or 0, step)
        if beyond is not None:
            found, self.around = beyond
            self.reader.select(found)
            self._moved()

    def moved(self) -> None:
        """The reader has been moved from outside: show where it is now."""
        self.around = False
        self._moved()

    # Scrolling.

    def watch_virtual_size(self, size: Size) -> None:
        """Let the scrollbar show it, and come or go."""
        self._scroll_update(size)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """A scroll that is not ours is the reader's: leave the end, or come back to it.

        Unless the height has changed: then Textual has only moved the position into its new bounds.
        """
        super().watch_scroll_y(old_value, new_value)
        if self._moving or round(old_value) == round(new_value):
            return
        if self.size.height == self.reader.height:
            self.reader.scroll(self.reader.first + round(new_value))
            self._moved()

    def on_resize(self, event: events.Resize) -> None:
        """Another size: other columns, another last row."""
        self.reader.resize(self.size.height)
        self._restyle()
        self._apply()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel at the end means: go on following."""
        if not self.reader.held and not self.reader.follow and self.reader.top >= self.reader.bottom:
            self.reader.scroll(self.reader.bottom)
            self._moved()

    def on_click(self, event: events.Click) -> None:
        """One click selects a row, two open it."""
        target = self.reader.top + event.y
        if self.reader.event(target) is None:
            return
        self.reader.select(target)
        self.moved()
        if event.chain == 2 and (current := self.reader.current) is not None:
            event.prevent_default()  # Textual would select the text of the whole pane
            self.post_message(self.Opened(current))

    def _moved(self) -> None:
        self._apply()
        self._on_moved()
        self.post_message(self.Changed(self))

    def _apply(self) -> None:
        """Make Textual's idea of the scroll position that of the reader."""
        reader = self.reader
        self._moving = True
        self.virtual_size = Size(0, reader.end - reader.first)
        self.scroll_y = self.scroll_target_y = reader.top - reader.first
        self._moving = False
        self.refresh()

    # Drawing.

    def notify_style_update(self) -> None:
        """Another theme, or focus: the rows are drawn anew."""
        super().notify_style_update()
        self._restyle()

    def on_focus(self) -> None:
        """The cursor shows."""
        self.refresh()

    def on_blur(self) -> None:
        """The cursor hides."""
        self.refresh()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The visible rows, each the same Strip as last time where nothing about it has changed."""
        width = self.scrollable_content_region.width
        if self._columns is not None and self._columns.width != width:
            self._strips.clear()
        strips = self._lines(crop.line_range, width)
        if crop.column_span == (0, width):
            return strips
        return [strip.crop(*crop.column_span) for strip in strips]

    def render_line(self, y: int) -> Strip:
        """One visible row, with the offsets that Textual asks for when the mouse selects."""
        event = self.reader.event(self.reader.top + y)
        strip = self._lines(range(y, y + 1), self.scrollable_content_region.width)[0]
        return strip if event is None else strip.apply_offsets(0, event.seq)

    def _lines(self, lines: range, width: int) -> list[Strip]:
        top, current = self.reader.top, self.reader.cursor
        needle = "" if self.matches is None else self.matches.needle
        marks_of = marking(current if self.has_focus else None, current, needle, self.text_selection)
        events = self.reader.events(top + lines.start, top + lines.stop)
        return [
            self._blank(y, width) if event is None else self._strip(event, marks_of(event, top + y), width)
            for y, event in zip(lines, events, strict=True)
        ]

    def _strip(self, event: Event, marks: Marks, width: int) -> Strip:
        strip = self._strips.get((event.seq, marks))
        if strip is None:
            if len(self._strips) >= _CACHED:
                self._strips.clear()
            strip = self._strips[event.seq, marks] = self._draw(event, marks, width)
        return strip

    @property
    def _looks(self) -> tuple[Look, Look]:
        """How rows look, and how the row under the cursor does."""
        if self._made_looks is None:
            self._made_looks = make_looks(self)
        return self._made_looks

    def _draw(self, event: Event, marks: Marks, width: int) -> Strip:
        look = self._looks[marks.cursor]
        return row(event, self._shown(width), look, color_slot(event.server, self._servers), marks)

    def _shown(self, width: int) -> Columns:
        if self._columns is None or self._columns.width != width:
            only = self.reader.filter.server
            self._columns = columns(width, self.lettered, self._servers if only is None else [only])
        return self._columns

    def _blank(self, y: int, width: int) -> Strip:
        look = self._looks[0]
        if y or self.reader.first != self.reader.end:
            return Strip.blank(width, look.base)
        said = Segment(f" {fit(self._nothing(), width - 1)}", look.muted)
        return Strip([said]).adjust_cell_length(width, look.base)

    def _nothing(self) -> str:
        name = "events" if self.level is None else f"{self.level.label} events"
        return f"no {name} pass the filter" if self.reader.hidden else f"no {name} yet"

    def _restyle(self) -> None:
        self._strips.clear()
        self._made_looks = self._columns = None
        self.refresh()

    # The mouse's selection, in sequence numbers, so that it stays put while rows come and go.

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text; whole rows are not cut to the width of the pane."""
        shown = self._shown(self.scrollable_content_region.width)
        lines: list[str] = []
        rows = self.reader.view.rows
        for event in rows.between(self.reader.first, self.reader.end):
            span = selection.get_span(event.seq)
            if span is not None:
                start, end = span
                text = row_text(event, shown)
                lines.append((text[start:] if end < 0 else text[start:end]).strip())
        return "\n".join(lines), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Show the selection."""
        self.refresh()
