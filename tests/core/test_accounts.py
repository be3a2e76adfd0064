"""Where the events of each server have gone."""

from pathlib import Path

import anyio

from mcp_tui.core.accounts import Account, accounts
from mcp_tui.core.events import Draft
from mcp_tui.core.history import History
from mcp_tui.core.levels import Level
from mcp_tui.core.store import EventStore


def fill(store: EventStore, server: str, count: int) -> None:
    for _ in range(count):
        store.append(Draft(server, Level.INFO, "message", "text"))


def test_what_has_left_memory_is_counted_for_its_server() -> None:
    store = EventStore(capacity=10)
    fill(store, "chatty", 25)
    fill(store, "quiet", 3)
    chatty, quiet = accounts(store, None, ["chatty", "quiet"])
    assert (chatty.received, chatty.held, chatty.dropped) == (25, 7, 18)
    assert (quiet.received, quiet.held, quiet.dropped) == (3, 3, 0)


def test_a_server_without_events_has_an_account_and_so_has_mcp_tui_itself() -> None:
    store = EventStore()
    fill(store, "mcp-tui", 1)
    assert accounts(store, None, ["silent"]) == (Account("silent", 0, 0, None), Account("mcp-tui", 1, 1, None))


async def test_what_is_on_the_disk_is_counted_for_its_server(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    store = EventStore(sinks=[history])
    history.start(lambda text: None)
    fill(store, "one", 5)
    fill(store, "two", 2)
    await anyio.to_thread.run_sync(history.close)
    assert [account.written for account in accounts(store, history, ["one", "two"])] == [5, 2]
