"""What the keys of the log panes do, wherever the focus is on the dashboard."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from textual.app import App
from textual.screen import Screen
from textual.widgets import Input

from mcp_tui.core.events import Event, to_json
from mcp_tui.core.hub import Hub
from mcp_tui.core.levels import Level
from mcp_tui.ui.actions import Scope
from mcp_tui.ui.reader import Reader
from mcp_tui.ui.widgets.log_pane import LogPane
from mcp_tui.ui.widgets.panes import Panes

SAID_SECONDS = 3.0
"""How long a word stands on the screen."""


class PaneActions(Screen[None]):
    """The ``pane`` and ``level`` actions; a subclass has the panes and knows what is selected beside them."""

    hub: Hub
    _said = ""
    _said_at = -SAID_SECONDS

    @property
    def host(self) -> App[object]:
        """The app, with the type that Textual leaves open on a screen."""
        return self.app  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]

    @property
    def scope(self) -> Scope:
        """Where the focus is, for the help."""
        return "pane"

    @property
    def panes(self) -> Panes:
        """The log panes."""
        return self.query_one(Panes)

    @property
    def chosen_server(self) -> str | None:
        """The selected server."""
        return None

    @property
    def chosen_call(self) -> int | None:
        """The selected call."""
        return None

    def say(self, text: str) -> None:
        """A word that goes away by itself; said again while it stands there, it stays one."""
        now = self.hub.now()
        if text != self._said or now - self._said_at > SAID_SECONDS:
            self.notify(text, timeout=SAID_SECONDS, markup=False)
            self._said, self._said_at = text, now

    def _read(self, act: Callable[[Reader], None]) -> LogPane:
        """Let the reader of the current pane do something, and show it."""
        pane = self.panes.active
        act(pane.reader)
        pane.moved()
        return pane

    # Moving.

    def action_cursor(self, step: int) -> None:
        """One row up or down."""
        self._read(lambda reader: reader.move(step))

    def action_page(self, step: int) -> None:
        """One page up or down."""
        self._read(lambda reader: reader.page(step))

    def action_top(self) -> None:
        """The oldest row."""
        self._read(lambda reader: reader.select(reader.first))

    def action_end(self) -> None:
        """The newest row, and follow."""
        self._read(Reader.resume)

    def action_follow(self) -> None:
        """Follow."""
        self._read(Reader.resume)

    def action_hold(self) -> None:
        """Keep what is shown, or let go of it."""
        self._read(Reader.hold)

    # Errors.

    def action_next_error(self) -> None:
        """The next event of level error or worse."""
        self._to_error(1)

    def action_previous_error(self) -> None:
        """The one before."""
        self._to_error(-1)

    def _to_error(self, step: int) -> None:
        """In the current pane if it is one of those levels, otherwise in the merged one."""
        origin = self.panes.active
        current = origin.reader.current
        level = origin.level
        if level is not None and level < Level.ERROR:
            level = None
        reader = self.panes[level].log_pane.reader
        reader.sync()
        found = _error(reader, current, step)
        if found is None:
            self.say("No later error" if step > 0 else "No earlier error")
            return
        if level is not origin.level:
            self.panes.go(level)
        self._read(lambda reader: reader.select(found))

    # Searching.

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """No search or filter begins while one is typed."""
        return not (action in ("search", "filter_text") and isinstance(self.focused, Input))

    def action_search(self) -> None:
        """Ask what to look for."""
        self.panes.search()

    def action_search_next(self) -> None:
        """The next match."""
        self._match(1)

    def action_search_previous(self) -> None:
        """The match before."""
        self._match(-1)

    def _match(self, step: int) -> None:
        if self.panes.active.matches is None:
            self.say("Nothing to look for yet: press / first")
        else:
            self.panes.active.next_match(step)

    # Filters.

    def action_filter_text(self) -> None:
        """Ask what events must contain to be shown."""
        self.panes.filter_text()

    def action_filter_server(self) -> None:
        """Only the selected server's events, or every server's again."""
        shown, server = self.panes.filter, self.chosen_server
        if shown.server is None and server is None:
            self.say("No server is selected")
            return
        self.only_server(server if shown.server is None else None)

    def only_server(self, server: str | None) -> None:
        """Only this server's events; every server's for None."""
        self.panes.show(msgspec.structs.replace(self.panes.filter, server=server))

    def action_filter_call(self) -> None:
        """Only the selected call's events (or those of the call under the cursor), or all again."""
        shown = self.panes.filter
        if shown.call is not None:
            self.panes.show(msgspec.structs.replace(shown, call=None))
            return
        current = self.panes.active.reader.current
        call = self.chosen_call if self.chosen_call is not None else current and current.call
        if call is None:
            self.say("No call is selected, and the event under the cursor belongs to none")
        else:
            self.panes.show(msgspec.structs.replace(shown, call=call))

    def action_clear(self) -> None:
        """End search and filters; where there are none, leave the zoom."""
        self.panes.clear()

    # Panes and events.

    def action_level(self, number: int) -> None:
        """The pane of one level."""
        self.panes.go(Level(number))

    def action_all_levels(self) -> None:
        """The merged pane."""
        self.panes.go(None)

    def action_zoom(self) -> None:
        """The current pane in the whole area, or all of them again."""
        if self.panes.narrow:
            self.say("The screen has room for one pane only; 0 to 8 choose which")
        else:
            self.panes.zoom()

    def action_open(self) -> None:
        """The event under the cursor in full."""
        current = self.panes.active.reader.current
        if current is not None:
            self.open_event(current)
        else:
            self.say("No event here to open")

    def open_event(self, event: Event) -> None:
        """One event in full."""
        from mcp_tui.ui.screens.event import EventScreen

        self.host.push_screen(EventScreen(event))

    def action_copy(self) -> None:
        """Copy what the mouse has selected, otherwise the event under the cursor as NDJSON."""
        selected = self.get_selected_text()
        current = self.panes.active.reader.current
        if selected:
            self.host.copy_to_clipboard(selected)
            self.say("Copied the selection")
        elif current is not None:
            self.host.copy_to_clipboard(to_json(current).decode())
            self.say(f"Copied event {current.seq:,}")
        else:
            self.say("No event here to copy")


def _error(reader: Reader, current: Event | None, step: int) -> int | None:
    """The row of the nearest error after ``current``, or before it."""
    view = reader.view
    if current is None:
        start = view.end - 1
    else:
        at = view.row_of(current.seq)
        here = at < view.end and view.rows[at].seq == current.seq
        start = at + step if here else at if step > 0 else at - 1
    return view.scan(start, step, lambda event: event.level >= Level.ERROR)
