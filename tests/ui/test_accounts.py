"""The accounts: what the screen says of what has not been shown, and when it looks again."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from textual.widgets import Static

from mcp_tui.core.history import History, Tally
from mcp_tui.ui.actions import ACTIONS
from mcp_tui.ui.screens import accounts
from mcp_tui.ui.screens.accounts import AccountsScreen
from mcp_tui.ui.screens.help import line
from mcp_tui.ui.widgets.sections import Facts
from ui.fakes import FakeHub
from ui.host import HOSTILE, harmless
from ui.stage import Stage, stage


class Disk(History):
    """A history that has written ``done`` events of ``items``, and lost ``gone``."""

    def __init__(self, done: int, gone: int = 0) -> None:
        super().__init__(Path("history.db"))
        self.done, self.gone = done, gone

    def tally(self) -> Tally:
        return Tally(Counter(items=self.done), Counter(items=self.gone), self.done)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "PERIOD", 0.1)


def screen(it: Stage) -> AccountsScreen:
    assert isinstance(it.app.screen, AccountsScreen)
    return it.app.screen


def rows(it: Stage, table: str) -> dict[str, list[str]]:
    """The numbers of each row, and the headings."""
    lines = str(screen(it).query_one(f"#{table}", Static).content).splitlines()
    return {line[:20].strip(): line[20:].split() for line in lines}


def reasons(it: Stage) -> dict[str, str]:
    said = [str(each.content) for each in screen(it).query_one(Facts).query(Static)]
    return dict(zip(said[::2], said[1::2], strict=True))


def flooded(count: int, history: History | None = None, capacity: int = 100) -> FakeHub:
    hub = FakeHub("items", "legacy", capacity=capacity)
    hub.history = history
    hub.flood(count)
    return hub


async def test_key_palette_and_help_lead_to_it() -> None:
    async with stage() as it:
        await it.press("a")
        assert screen(it)
        await it.press("q", "ctrl+p", *"accounts", "enter")
        await it.until(lambda: isinstance(it.app.screen, AccountsScreen))
    action = next(action for action in ACTIONS if action.action == "accounts")
    assert line(action).plain.split() == ["a", *action.description.split()]


async def test_each_server_has_a_row_in_which_the_first_number_is_the_sum_of_the_others() -> None:
    async with stage(flooded(250, Disk(200))) as it:
        await it.press("a")
        memory, history = rows(it, "memory"), rows(it, "history")
    assert memory["in memory"] == ["received", "shown", "hidden", "dropped"]
    assert memory["items"] == memory["all"] == ["250", "100", "0", "150"]
    assert memory["legacy"] == ["0"] * 4
    assert history["in the history"] == ["received", "written", "waiting", "lost"]
    assert history["items"] == history["all"] == ["250", "200", "50", "0"]


async def test_what_the_filter_hides_is_counted_and_named() -> None:
    async with stage(flooded(50)) as it:
        await it.press("ampersand", "4", "enter", "a")
        assert rows(it, "memory")["items"] == ["50", "14", "36", "0"]
        assert reasons(it)["hidden"].startswith('by the filter of the panes: only "4"')


@pytest.mark.parametrize(
    ("history", "said"),
    [
        (None, "they are gone"),
        (Disk(250), "the history has them all"),
        (Disk(120), "the history has them but for 30, which wait to be written"),
        (Disk(120, 130), "the history has them but for 30, which are lost"),
    ],
    ids=["none", "written", "waiting", "lost"],
)
async def test_of_what_was_dropped_it_is_said_whether_the_history_has_it(
    history: History | None, said: str
) -> None:
    async with stage(flooded(250, history)) as it:
        await it.press("a")
        assert reasons(it)["dropped"].endswith(said)
        assert screen(it).query_one("#history").display is (history is not None)
        assert ("history" in reasons(it)) is (history is None)


async def test_of_what_was_lost_the_reason_is_given() -> None:
    disk = Disk(5, 5)
    disk.problem = f"the history is off: {HOSTILE}"
    async with stage(flooded(10, disk)) as it:
        await it.press("a")
        assert reasons(it)["lost"].startswith("the history is off: [red]x[/red]")
        assert harmless(reasons(it)["lost"])


async def test_nothing_is_explained_where_nothing_is_missing() -> None:
    async with stage(flooded(10, Disk(10))) as it:
        await it.press("a")
        assert reasons(it).keys() == {"waiting"}


async def test_it_follows_the_events_and_the_disk_and_then_rests() -> None:
    disk = Disk(10)
    async with stage(flooded(10, disk)) as it:
        await it.press("a")
        it.hub.flood(5)
        await it.until(lambda: rows(it, "history")["items"] == ["15", "10", "5", "0"])
        disk.done = 15
        await it.until(lambda: rows(it, "history")["items"] == ["15", "15", "0", "0"])
        await it.until(lambda: screen(it).pulse.idle)


async def test_it_leaves_nothing_behind() -> None:
    async with stage(flooded(10, Disk(5))) as it:
        await it.press("a")
        pulse = screen(it).pulse
        await it.press("escape")
        flushes = pulse.flushes
        it.hub.flood(5)
        await it.settle()
        assert (pulse.flushed, pulse.flushes) == (True, flushes)


async def test_the_tables_can_be_copied() -> None:
    async with stage(flooded(10, Disk(10))) as it:
        await it.press("a", "y")
        assert it.app.clipboard.splitlines()[1].split() == ["items", "10", "10", "0", "0"]
        assert "in the history" in it.app.clipboard
