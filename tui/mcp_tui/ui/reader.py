"""Where a reader stands in the rows of a pane. No widgets here, only numbers.

Rows are addressed by their number in the view, which an event keeps for as long as it is held; so nothing
moves under the reader when old rows fall off.
"""

from __future__ import annotations

from mcp_tui.core.events import Event
from mcp_tui.core.ring import Ring
from mcp_tui.core.view import Filter, View


class Reader:
    """The window of one pane onto a ring of events.

    A reader *follows* (the newest row is the last one shown), *reads* (stopped following; rows still arrive
    below) or *holds* (nothing arrives; what is shown is kept, even when it has left memory otherwise).
    ``first``, ``end`` and ``top`` are what the screen shows, as of the last ``sync``.
    """

    def __init__(self, source: Ring[Event]) -> None:
        self._source = source
        self._live = View(source)
        self._kept: Ring[Event] | None = None
        self._held: View | None = None
        self._cursor: int | None = None
        self.height = 1
        self.follow = True
        self.first = self.end = self.top = self.seen = 0
        self.sync()

    @property
    def view(self) -> View:
        """The rows there are for this reader."""
        return self._held or self._live

    @property
    def held(self) -> bool:
        """Whether the reader holds."""
        return self._held is not None

    @property
    def filter(self) -> Filter:
        """What is shown."""
        return self._live.filter

    @property
    def new(self) -> int:
        """Rows that have arrived and not been on the screen."""
        return max(0, self._live.end - self.seen)

    @property
    def hidden(self) -> int:
        """Events in memory that the filter keeps out."""
        return max(0, self._live.hidden)

    @property
    def dropped(self) -> int:
        """Events no longer in memory."""
        return self._source.first

    @property
    def bottom(self) -> int:
        """The ``top`` at which the newest row is the last one shown."""
        return max(self.first, self.end - self.height)

    @property
    def cursor(self) -> int | None:
        """The row that the keys act on: the newest until one is chosen; None without rows."""
        if self.first == self.end:
            return None
        if self._cursor is None:
            return self.end - 1
        return min(max(self._cursor, self.first), self.end - 1)

    def event(self, row: int) -> Event | None:
        """The event in a row, or None where there is no such row (any more)."""
        return self.events(row, row + 1)[0]

    def events(self, start: int, stop: int) -> list[Event | None]:
        """The events in the rows from ``start`` on, before ``stop``; None where there is no such row (any more)."""
        rows = self.view.rows
        first = min(max(start, self.first, rows.first), stop)
        last = max(first, min(stop, self.end, rows.end))
        return [*[None] * (first - start), *rows.between(first, last), *[None] * (stop - last)]

    @property
    def current(self) -> Event | None:
        """The event under the cursor."""
        row = self.cursor
        return None if row is None else self.event(row)

    # What time does to a reader.

    def sync(self) -> bool:
        """Take in what has arrived; whether anything that is shown has changed."""
        before = (self.first, self.end, self.top, self.new, self.held)
        self._live.advance()
        if self._losing():
            self._freeze()
        if not self.held:
            self.first, self.end = self._live.first, self._live.end
            self._place(self.bottom if self.follow else self.top)
        return before != (self.first, self.end, self.top, self.new, self.held)

    def resize(self, height: int) -> None:
        """There are ``height`` rows on the screen now."""
        self.height = max(1, height)
        self._place(self.bottom if self.follow else self.top)

    # What a reader does.

    def scroll(self, top: int) -> None:
        """Show the rows from ``top`` on; at the end, follow again."""
        self._place(top)
        if not self.held:
            self._set_follow(self.top >= self.bottom)
        if self.follow:
            self._cursor = None

    def select(self, row: int) -> None:
        """Put the cursor on a row and read there."""
        if self.first == self.end:
            return
        self._set_follow(False)
        self._cursor = min(max(row, self.first), self.end - 1)
        lowest = self._cursor - self.height + 1
        self._place(min(max(self.top, lowest), self._cursor))

    def move(self, step: int) -> None:
        """Move the cursor; beyond the newest row, follow again."""
        row = self.cursor
        if row is None:
            return
        self.select(row + step)
        if step > 0 and not self.held and self._cursor == self.end - 1:
            self.resume()

    def page(self, step: int) -> None:
        """Move the cursor by as many rows as there are on the screen."""
        self.move(step * max(1, self.height - 1))

    def resume(self) -> None:
        """Follow, at the newest row."""
        self._held = None
        self._cursor = None
        self._set_follow(True)
        self.sync()

    def hold(self) -> None:
        """Keep what is shown, or let go of it and follow."""
        if self.held:
            self.resume()
            return
        self._cursor = self.cursor
        self._set_follow(False)
        self._freeze()

    def show(self, shown: Filter) -> None:
        """Show only what passes; the cursor stays on its event or goes to the next one that is shown."""
        if shown == self.filter:
            return
        current, top, held = self.current, self.event(self.top), self.held
        self._live, self._held, self._kept = View(self._source, shown), None, None
        self.first, self.end = self._live.first, self._live.end
        self.seen = self.end
        if self.follow or current is None or top is None:
            self.resume()
            return
        self._cursor = self._live.row_of(current.seq)
        self._place(self._live.row_of(top.seq))
        self.select(self._cursor)
        self._keep()
        if held:
            self._freeze()

    # How it is done.

    def _place(self, top: int) -> None:
        self.top = min(max(top, self.first), self.bottom)
        self.seen = max(self.seen, min(self.end, self.top + self.height))
        if not (self.follow or self.held):
            self._keep()

    def _set_follow(self, follow: bool) -> None:
        self.follow = follow
        if follow:
            self._kept = None
        elif not self.held:
            self._keep()

    def _losing(self) -> bool:
        """Whether rows on the screen have left memory while somebody reads them."""
        return not self.follow and not self.held and self._kept is not None and self.top < self._live.first

    def _freeze(self) -> None:
        self._keep()
        if self._kept is not None:
            self._held = View(self._kept)
            self.first, self.end = self._held.first, self._held.end
            self._place(self.top)

    def _keep(self) -> None:
        """Hold on to the rows of the view, so that reading them outlives their place in memory."""
        rows, kept = self._live.rows, self._kept
        if self._losing():
            return
        if kept is None or kept.end < rows.first:
            kept = self._kept = Ring[Event](rows.capacity)
            kept.end = rows.first
        if kept.end < rows.end and (self.top + self.height >= kept.end or len(kept) == 0):
            for event in rows.between(kept.end, rows.end):
                kept.append(event)
