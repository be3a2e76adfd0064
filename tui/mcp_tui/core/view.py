"""View: the events of one ring that pass a filter, and where to find one among them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from mcp_tui.core.events import Event
from mcp_tui.core.ring import Ring

Predicate = Callable[[Event], bool]


class Filter(msgspec.Struct, frozen=True):
    """What a view shows. An empty field lets everything pass.

    text: a part of the event's text, logger or kind, in any case.
    """

    server: str | None = None
    call: int | None = None
    text: str = ""

    def __bool__(self) -> bool:
        return bool(self.server is not None or self.call is not None or self.text)

    def matches(self, event: Event) -> bool:
        """Whether the event passes."""
        if self.server is not None and event.server != self.server:
            return False
        if self.call is not None and event.call != self.call:
            return False
        return not self.text or contains(event, self.text)


EVERYTHING = Filter()
"""The filter that keeps nothing out."""


def contains(event: Event, needle: str) -> bool:
    """Whether ``needle`` stands in the event's text, logger or kind, in any case."""
    needle = needle.casefold()
    return (
        needle in event.text.casefold()
        or needle in event.kind.casefold()
        or (event.logger is not None and needle in event.logger.casefold())
    )


class View:
    """The rows of one pane: ``first <= row < end``, each row keeping its number while it is held.

    Rows follow the ring: call ``advance`` to take in what came since the last time.
    """

    def __init__(self, source: Ring[Event], shown: Filter | None = None) -> None:
        self.source = source
        self.filter = shown or Filter()
        self._passed = source.alike()
        self._read = source.first
        self.advance()

    @property
    def rows(self) -> Ring[Event]:
        """The rows themselves."""
        return self._passed if self.filter else self.source

    @property
    def first(self) -> int:
        """The number of the oldest row."""
        return self.rows.first

    @property
    def end(self) -> int:
        """One more than the number of the newest row."""
        return self.rows.end

    @property
    def hidden(self) -> int:
        """Events in memory that the filter keeps out."""
        source = self.source
        if not self.filter or not len(source):
            return 0
        # Rows outlive their events in the ring: count those that are still in both.
        return len(source) - (self.end - self.row_of(source[source.first].seq))

    def advance(self) -> None:
        """Take in the events appended to the ring since the last call."""
        source = self.source
        if not self.filter:
            return
        matches, append = self.filter.matches, self._passed.append
        for event in source.between(self._read, source.end):
            if matches(event):
                append(event)
        self._read = source.end

    def row_of(self, seq: int) -> int:
        """The row of event ``seq``, or of the next one after it; ``end`` where there is none."""
        low, high = self.first, self.end
        rows = self.rows
        while low < high:
            middle = (low + high) // 2
            if rows[middle].seq < seq:
                low = middle + 1
            else:
                high = middle
        return low

    def find(self, needle: str, start: int, step: int) -> int | None:
        """The nearest row from ``start`` in direction ``step`` (1 or -1) that contains ``needle``."""
        return self.scan(start, step, lambda event: contains(event, needle))

    def scan(self, start: int, step: int, wanted: Predicate) -> int | None:
        """The nearest row from ``start`` in direction ``step`` whose event is ``wanted``."""
        for row in self._rows_from(start, step):
            if wanted(self.rows[row]):
                return row
        return None

    def _rows_from(self, start: int, step: int) -> Iterator[int]:
        if step > 0:
            return iter(range(max(start, self.first), self.end))
        return iter(range(min(start, self.end - 1), self.first - 1, -1))
