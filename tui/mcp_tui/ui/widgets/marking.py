"""What stands out in the rows of a pane."""

from __future__ import annotations

from collections.abc import Callable

from textual.selection import Selection

from mcp_tui.core.events import Event
from mcp_tui.ui.rows import PLAIN, Marks

_CURSOR = Marks(cursor=True)


def marking(
    cursor: int | None, current: int | None, needle: str, selection: Selection | None
) -> Callable[[Event, int], Marks]:
    """What stands out in a row, given its event and its number. Asked for once a frame rather than once a row.

    cursor: the row on which the cursor shows; current: the row that keys act on, where a search has arrived.
    needle: the text searched for, or empty; selection: what the mouse has selected, its lines sequence numbers.
    """
    if not needle and selection is None:
        return lambda _, number: _CURSOR if number == cursor else PLAIN

    def marks(event: Event, number: int) -> Marks:
        selected = None if selection is None else selection.get_span(event.seq)
        return Marks(number == cursor, needle, bool(needle) and number == current, selected)

    return marks
