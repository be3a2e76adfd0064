"""AccountsScreen: where the events of each server have gone."""

from __future__ import annotations

from collections.abc import Iterator

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mcp_tui.core.accounts import Account, Accounts
from mcp_tui.core.history import BACKLOG
from mcp_tui.core.hub import Hub
from mcp_tui.core.text import clean
from mcp_tui.core.view import Filter
from mcp_tui.ui.pulse import Pulse
from mcp_tui.ui.screens.reading import ReadingScreen
from mcp_tui.ui.widgets.lines import column
from mcp_tui.ui.widgets.pane import filter_text
from mcp_tui.ui.widgets.sections import Fact, Facts

MEMORY = ("received", "shown", "hidden", "dropped")
HISTORY = ("received", "written", "waiting", "lost")
"""The columns of the two tables; in each the first is the sum of the others."""

PERIOD = 0.5
"""Seconds between two counts while events keep coming."""

NAME_WIDTH, NUMBER_WIDTH = 20, 12
"""Cells of the columns: room for a hundred million events on a screen of 80 columns."""


class AccountsScreen(ReadingScreen):
    """A row for each server, and why what is not on the screen is not. ``shown``: the filter of the panes."""

    DEFAULT_CSS = """
    AccountsScreen {
        & .table { width: auto; margin: 0 0 1 0; }
        & #promise { margin: 1 0 0 0; color: $muted; }
    }
    """

    def __init__(self, hub: Hub, shown: Filter) -> None:
        super().__init__()
        self._hub = hub
        self._shown = shown
        self._book = hub.account_book(shown)
        self.pulse = Pulse(self, hub, self._flush, period=PERIOD)

    @property
    def heading(self) -> str:
        """The title."""
        return "Accounts"

    def page(self) -> ComposeResult:
        """The tables, and what they say."""
        yield Static(id="memory", classes="table", markup=False)
        yield Static(id="history", classes="table", markup=False)
        yield Facts(id="reasons")
        yield Static("Nothing else is left out without a line of its own in the log.", id="promise", markup=False)

    def on_mount(self) -> None:
        """Count, from now on."""
        self.pulse.start()

    def on_unmount(self) -> None:
        """Leave nothing behind in the hub."""
        self.pulse.stop()

    def _flush(self) -> float | None:
        """Show the numbers. The disk tells nobody when it is done: look again while it is not."""
        found = self._count()
        history = self.query_one("#history", Static)
        history.display = found.kept
        history.update(table("in the history", found, HISTORY))
        self.query_one("#memory", Static).update(table("in memory", found, MEMORY))
        self.query_one(Facts).show(self._reasons(found))
        return PERIOD if found.total.waiting else None

    def _count(self) -> Accounts:
        return self._book.accounts(server.name for server in self._hub.servers)

    def _reasons(self, found: Accounts) -> Iterator[Fact]:
        total, capacity = found.total, self._hub.store.merged.capacity
        if self._shown:
            yield "hidden", f"by the filter of the panes: {filter_text(self._shown)}"
        if total.dropped:
            yield "dropped", _MEMORY_IS_FULL.format(capacity, still_in_history(found))
        # There also while nothing waits: what came and went with every batch would make the page jump.
        yield "waiting", f"for the disk; at {BACKLOG:,} the servers are slowed down" if found.kept else ""
        yield "history", "" if found.kept else "none is kept in this run"
        if total.lost:
            yield "lost", clean(found.problem) or "they came after the history was closed"

    def copied(self) -> tuple[str, str]:
        """The tables as text."""
        found = self._count()
        parts = [table("in memory", found, MEMORY)]
        if found.kept:
            parts.append(table("in the history", found, HISTORY))
        return "\n\n".join(part.plain for part in parts), "the accounts"


def still_in_history(found: Accounts) -> str:
    """Whether what has left memory can still be read in the history."""
    if not found.kept:
        return "they are gone"
    if not found.gone:
        return "the history has them all"
    ends = "are lost" if found.total.lost else "wait to be written"
    return f"the history has them but for {found.gone:,}, which {ends}"


def table(title: str, found: Accounts, names: tuple[str, ...]) -> Content:
    """The accounts as lines of aligned columns, with their sum last."""
    head = "".join(name.rjust(NUMBER_WIDTH) for name in names)
    lines = [Content.styled(f"{title:<{NAME_WIDTH}}{head}", "$muted")]
    lines.extend(_line(account, names) for account in found.servers)
    lines.append(_line(found.total, names).stylize("bold"))
    return Content("\n").join(lines)


def _line(account: Account, names: tuple[str, ...]) -> Content:
    numbers = [_number(name, getattr(account, name)) for name in names]
    return Content("").join([column(account.server, NAME_WIDTH), *numbers])


def _number(name: str, number: int) -> Content:
    text = f"{number:,}"
    style = "$level-error" if name == "lost" and number else "" if number else "$muted"
    return Content.styled(text, style).pad_left(NUMBER_WIDTH - len(text))


_MEMORY_IS_FULL = (
    "the oldest, from memory, which holds the newest {:,} of all and of each level (fewer where they are large); {}"
)
