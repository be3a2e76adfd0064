"""LatencyScreen: how long the round trips of each tool have taken."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mcp_tui.core.hub import Hub
from mcp_tui.core.latency import NEWEST, Latency
from mcp_tui.core.text import clean
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.lines import column

COLUMNS = ("count", "p50", "p95", "p99", "slowest")
NAME_WIDTH, NUMBER_WIDTH = 24, 9
"""Cells of the columns; the name has what is left, and this at least."""

NONE_YET = "No call of this run has been answered yet."
WHAT = (
    "Milliseconds from sending a call to its result, with the time that the tool took; "
    f"percentiles of the newest {NEWEST:,} of each tool. Calls without an answer are left out."
)


class LatencyScreen(ReadingScreen):
    """A row for each tool that has answered in this run."""

    DEFAULT_CSS = """
    LatencyScreen {
        & #table { width: 100%; }
        & #what { margin: 1 0 0 0; color: $muted; }
    }
    """

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub
        self._known: tuple[Latency, ...] | None = None

    @property
    def heading(self) -> str:
        """The title."""
        return "Round trips"

    def page(self) -> ComposeResult:
        """The table, and what its numbers are."""
        yield Static(id="table", markup=False)
        yield Static(WHAT, id="what", markup=False)

    def on_resize(self) -> None:
        """The names have what room there is."""
        self._known = None
        self.call_after_refresh(self.refresh_status)

    def refresh_status(self) -> None:
        """Show the round trips until now."""
        found = self._hub.latency.all
        if found != self._known:
            self._known = found
            table_of = self.query_one("#table", Static)
            table_of.update(table(found, table_of.size.width) if found else Content.styled(NONE_YET, "$muted"))

    def copied(self) -> tuple[str, str]:
        """The table as text, with room for every name."""
        found = self._hub.latency.all
        widest = max((Content(_name(one)).cell_length for one in found), default=0)
        width = widest + 2 + NUMBER_WIDTH * len(COLUMNS)
        return (table(found, width).plain if found else ""), "the table"


def table(found: Sequence[Latency], width: int) -> Content:
    """The round trips as lines of aligned columns, ``width`` cells wide where there is room for the names."""
    names = max(NAME_WIDTH, width - NUMBER_WIDTH * len(COLUMNS))
    head = "".join(name.rjust(NUMBER_WIDTH) for name in COLUMNS)
    lines = [Content.styled(" " * names + head, "$muted")]
    lines.extend(_line(one, names) for one in found)
    return Content("\n").join(lines)


def _line(one: Latency, names: int) -> Content:
    times = (f"{seconds * 1000:,.1f}" for seconds in (one.p50, one.p95, one.p99, one.slowest))
    numbers = "".join(text.rjust(NUMBER_WIDTH) for text in (f"{one.count:,}", *times))
    return column(_name(one), names - 1).append(f" {numbers}")


def _name(one: Latency) -> str:
    return clean(f"{one.server}.{one.tool}", 200)
