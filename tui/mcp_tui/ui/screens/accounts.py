"""AccountsScreen: where the events of each server have gone."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from mcp_tui.core.accounts import Account
from mcp_tui.core.hub import Hub
from mcp_tui.core.text import clean
from mcp_tui.ui.screens.reading import ReadingScreen

HEADINGS = ("server", "received", "in memory", "left memory", "in the history")


class AccountsScreen(ReadingScreen):
    """A row for each server, and what the numbers mean."""

    DEFAULT_CSS = """
    AccountsScreen {
        & #accounts { width: auto; }
        & #meaning { margin: 1 0 0 0; color: $muted; }
        & #history-problem { margin: 1 0 0 0; color: $level-error; }
    }
    """

    def __init__(self, hub: Hub) -> None:
        super().__init__()
        self._hub = hub

    @property
    def heading(self) -> str:
        """The title."""
        return "Accounts"

    def page(self) -> ComposeResult:
        """The table, and what it says."""
        yield Static(id="accounts", markup=False)
        yield Static(Content(_MEANING.format(self._hub.store.merged.capacity)), id="meaning")
        yield Static(Content(clean(self._hub.history_problem)), id="history-problem")

    def on_mount(self) -> None:
        """Fill in the table."""
        self.refresh_accounts()

    def refresh_accounts(self) -> None:
        """Show the numbers as they stand."""
        self.query_one("#accounts", Static).update(Content(table(self._hub.accounts())))

    def copied(self) -> tuple[str, str]:
        """The table as text."""
        return table(self._hub.accounts()), "the accounts"


def table(found: tuple[Account, ...]) -> str:
    """The accounts as lines of aligned columns, with their sum last."""
    rows = [_row(account) for account in found]
    if found:
        rows.append(_row(_sum(found)))
    widths = [max(len(row[column]) for row in (HEADINGS, *rows)) for column in range(len(HEADINGS))]
    return "\n".join(_line(row, widths) for row in (HEADINGS, *rows))


def _row(account: Account) -> tuple[str, ...]:
    written = "not kept" if account.written is None else f"{account.written:,}"
    return account.server, f"{account.received:,}", f"{account.held:,}", f"{account.dropped:,}", written


def _sum(found: tuple[Account, ...]) -> Account:
    written = None if found[0].written is None else sum(account.written or 0 for account in found)
    return Account("all", sum(each.received for each in found), sum(each.held for each in found), written)


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    name, *numbers = (text.rjust(width) for text, width in zip(row, widths, strict=True))
    return "   ".join([name.strip().ljust(widths[0]), *numbers])


_MEANING = (
    "Memory holds the newest {:,} events (fewer where they are very large), and of each level its newest; older "
    "ones leave it and stay in the history, "
    "which is written at most 0.2 s behind. Nothing else is ever left out without an event that says so."
)
