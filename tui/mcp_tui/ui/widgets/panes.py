"""Panes: the log panes of the eight levels and the merged one, and which of them are on the screen.

The rule: a wide screen (100 columns and 30 rows or more) shows the eight levels in two columns, and a level
that has no events yet takes three rows there while the others share the rest. A smaller screen, and a zoomed
pane, show one pane in the whole area; then the level bar works as tabs.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message

from mcp_tui.core.levels import Level
from mcp_tui.core.view import Filter
from mcp_tui.ui.feed import Feed
from mcp_tui.ui.widgets.log_pane import LogPane
from mcp_tui.ui.widgets.pane import Pane
from mcp_tui.ui.widgets.search_bar import FilterBar, SearchBar

COLUMNS = (tuple(Level)[:4], tuple(Level)[4:])
"""The levels of the two columns, from top to bottom."""

FIRST = Level.INFO
"""The pane that has the focus at first: where most servers say most."""


class Panes(Vertical):
    """The middle of the dashboard.

    current: the level of the pane that keys act on, None for the merged one.
    """

    DEFAULT_CSS = """
    Panes {
        height: 1fr;
        #grid { height: 1fr; }
        .column {
            width: 1fr;
            height: 1fr;
            & > Pane.-empty { height: 3; }
            &.-bare > Pane.-empty { height: 1fr; }
        }
        &.-one .column > Pane.-empty { height: 1fr; }
    }
    """

    class Moved(Message):
        """Another pane is the current one."""

    def __init__(self, feed: Feed) -> None:
        super().__init__()
        self._panes = {level: Pane(feed, level) for level in (*Level, None)}
        self._seen = dict.fromkeys(Level, 0)
        self._store = feed.store
        self.narrow = False
        self.zoomed = False
        self.current: Level | None = None
        self.filter = Filter()
        self._origin: tuple[int | None, bool] = (None, True)

    def compose(self) -> ComposeResult:
        """Two columns of four, and the merged pane."""
        with Horizontal(id="grid"):
            for levels in COLUMNS:
                with Vertical(classes="column -bare"):
                    yield from (self._panes[level] for level in levels)
        yield self._panes[None]

    def on_mount(self) -> None:
        """Show what the size allows."""
        self.rearrange()

    @property
    def one(self) -> bool:
        """Whether one pane has the whole area."""
        return self.narrow or self.zoomed

    @property
    def pane(self) -> Pane:
        """The pane that keys act on."""
        level = self.current
        return self._panes[FIRST if level is None and not self.one else level]

    @property
    def active(self) -> LogPane:
        """The log that keys act on."""
        return self.pane.log_pane

    @property
    def shown(self) -> Iterator[Pane]:
        """The panes on the screen."""
        return (pane for pane in self._panes.values() if pane.display)

    def __getitem__(self, level: Level | None) -> Pane:
        return self._panes[level]

    # What is on the screen.

    def rearrange(self) -> None:
        """Put on the screen what belongs there now."""
        self.set_class(self.one, "-one")
        for level, pane in self._panes.items():
            pane.display = level == self.current if self.one else level is not None
            pane.log_pane.letter(self.narrow or level is None)
        for column in self.query(".column"):
            column.display = any(child.display for child in column.children)
        self.query_one("#grid").display = not self.one or self.current is not None
        self.sync()

    def fit(self, narrow: bool) -> None:
        """The screen has become narrow, or wide."""
        if narrow != self.narrow:
            had_focus = self.has_focus_within
            self.narrow = narrow
            self.rearrange()
            if had_focus:
                self.active.focus()

    def go(self, level: Level | None) -> None:
        """Make the pane of ``level`` the current one; the merged pane needs the whole area."""
        self.query(SearchBar).remove()
        self.current = level
        if level is None:
            self.zoomed = True
        self.rearrange()
        self.active.focus()
        self.post_message(self.Moved())

    def zoom(self) -> None:
        """Give the current pane the whole area, or show all again."""
        self.current = self.pane.level
        self.zoomed = not self.zoomed
        self.rearrange()
        self.active.focus()
        self.post_message(self.Moved())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The pane that has the focus is the current one."""
        if isinstance(event.widget, LogPane) and event.widget.level != self.current:
            self.current = event.widget.level
            self.post_message(self.Moved())

    @on(LogPane.Changed)
    def _log_changed(self) -> None:
        self._look()

    # What has arrived.

    def sync(self) -> None:
        """Show it in the panes that are on the screen."""
        for level, pane in self._panes.items():
            if level is not None:
                pane.set_class(not self._store.count(level), "-empty")
        for column in self.query(".column"):
            column.set_class(all(child.has_class("-empty") for child in column.children), "-bare")
        for pane in self.shown:
            pane.sync()
        self._look()

    def unseen(self, level: Level) -> int:
        """Events of a level that have not been on the screen."""
        return self._store.count(level) - self._seen[level]

    def _look(self) -> None:
        """Note what has been on the screen."""
        for pane in self.shown:
            if not pane.log_pane.reader.new:
                for level in Level if pane.level is None else (pane.level,):
                    self._seen[level] = self._store.count(level)

    # Search and filters.

    def search(self) -> None:
        """Ask what to look for in the current pane."""
        self.query(SearchBar).remove()
        matches, reader = self.active.matches, self.active.reader
        self._origin = reader.cursor, reader.follow
        self.pane.mount(SearchBar(matches.needle if matches else ""))

    def filter_text(self) -> None:
        """Ask what events must contain to be shown."""
        self.query(SearchBar).remove()
        self.pane.mount(FilterBar(self.filter.text))

    @on(SearchBar.Typed)
    def _typed(self, message: SearchBar.Typed) -> None:
        message.stop()
        if isinstance(message.bar, FilterBar):
            self.show(msgspec.structs.replace(self.filter, text=message.needle))
        else:
            self.active.search(message.needle, self._origin[0])

    @on(SearchBar.Closed)
    async def _typing_ended(self, message: SearchBar.Closed) -> None:
        message.stop()
        if not message.keep and isinstance(message.bar, FilterBar):
            self.show(msgspec.structs.replace(self.filter, text=""))
        elif not message.keep:
            self.active.search("")
            if self._origin[1]:
                self.active.reader.resume()
                self.active.moved()
        await self.query(SearchBar).remove()
        self.pane.reframe()
        self.active.focus()

    def show(self, shown: Filter) -> None:
        """Show only what passes, in every pane."""
        self.filter = shown
        for pane in self._panes.values():
            pane.log_pane.filter(shown)

    def clear(self) -> None:
        """End search and filters; where there are none, leave the zoom."""
        searching = any(pane.log_pane.matches is not None for pane in self._panes.values())
        if searching or self.filter:
            for pane in self._panes.values():
                pane.log_pane.search("")
            self.show(Filter())
        elif self.zoomed and not self.narrow:
            self.zoom()
