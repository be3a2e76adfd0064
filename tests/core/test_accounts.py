"""Where the events of each server have gone: the accounts add up, and are what can be counted one by one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import anyio
import pytest

from core.support import draft
from mcp_tui.core import store as stores
from mcp_tui.core.accounts import Account, AccountBook, Accounts
from mcp_tui.core.events import Event
from mcp_tui.core.history import History, Tally
from mcp_tui.core.levels import Level
from mcp_tui.core.store import EventStore
from mcp_tui.core.view import EVERYTHING, Filter


class Disk(History):
    """A history that has written ``done`` events, and will write no more once it is ``off``."""

    def __init__(self) -> None:
        super().__init__(Path("nowhere"))
        self.events: list[Event] = []
        self.done = 0
        self.off = False

    def put(self, event: Event) -> None:
        self.events.append(event)

    def tally(self) -> Tally:
        written, rest = self.events[: self.done], self.events[self.done :]
        return Tally(by_server(written), by_server(rest if self.off else ()), len(written))


def by_server(events: Iterable[Event]) -> Counter[str]:
    return Counter(event.server for event in events)


def fill(store: EventStore, server: str, count: int, **fields: Any) -> None:
    for number in range(count):
        store.append(draft(server=server, text=f"line {number}", **fields))


def taken(store: EventStore, history: History | None = None, shown: Filter = EVERYTHING) -> Accounts:
    return AccountBook(store, history, shown).accounts(["chatty", "quiet"])


def in_memory(store: EventStore) -> dict[int, Event]:
    """Every event that can still be shown, in one pane or another."""
    rings = (store.merged, *store.by_level)
    return {event.seq: event for ring in rings for event in ring.between(ring.first, ring.end)}


def check(found: Accounts) -> None:
    for account in (*found.servers, found.total):
        assert account.received == account.shown + account.hidden + account.dropped
        if found.kept:
            assert account.received == account.written + account.waiting + account.lost


# Memory


def test_what_has_left_memory_is_counted_for_its_server() -> None:
    store = EventStore(capacity=10)
    fill(store, "chatty", 25)
    fill(store, "quiet", 3)
    chatty, quiet = taken(store).servers
    assert (chatty.received, chatty.shown, chatty.dropped) == (25, 7, 18)
    assert (quiet.received, quiet.shown, quiet.dropped) == (3, 3, 0)


def test_what_only_the_pane_of_its_level_still_holds_is_in_memory() -> None:
    store = EventStore(capacity=10)
    fill(store, "quiet", 4, level=Level.ERROR)
    fill(store, "chatty", 25)
    chatty, quiet = taken(store).servers
    assert (chatty.shown, quiet.shown, quiet.dropped) == (10, 4, 0)


def test_what_only_the_pane_of_all_levels_still_holds_is_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "LEVEL_BUDGET", 500)
    store = EventStore(capacity=10)
    fill(store, "chatty", 5, data="x" * 20)
    assert len(store.by_level[Level.INFO]) == 2
    assert taken(store).servers[0].shown == 5


def test_what_the_filter_keeps_out_is_hidden_and_what_it_lets_pass_is_shown() -> None:
    store = EventStore(capacity=10)
    fill(store, "chatty", 25)
    fill(store, "quiet", 3)
    chatty, quiet = taken(store, shown=Filter(text="line 2")).servers
    assert (chatty.shown, chatty.hidden, chatty.dropped) == (5, 2, 18)  # 20 to 24 of 18 to 24
    assert (quiet.shown, quiet.hidden, quiet.dropped) == (1, 2, 0)
    chatty, quiet = taken(store, shown=Filter(server="quiet")).servers
    assert (chatty.shown, chatty.hidden, quiet.shown, quiet.hidden) == (0, 7, 3, 0)


def test_a_server_without_events_has_an_account_and_so_has_mcp_tui_itself() -> None:
    store = EventStore()
    fill(store, "mcp-tui", 1)
    found = AccountBook(store, None, EVERYTHING).accounts(["silent"])
    assert found.servers == (Account("silent", 0, 0, 0, 0), Account("mcp-tui", 1, 1, 0, 0))
    assert found.total == Account("all", 1, 1, 0, 0)


# The history


def test_what_has_left_memory_is_gone_where_no_history_is_kept() -> None:
    store = EventStore(capacity=10)
    fill(store, "chatty", 25)
    found = taken(store)
    assert (found.kept, found.gone) == (False, 15)


@pytest.mark.parametrize(("done", "off", "gone"), [(25, False, 0), (15, False, 0), (12, False, 3), (12, True, 3)])
def test_what_has_left_memory_is_in_the_history_as_far_as_that_is_written(done: int, off: bool, gone: int) -> None:
    disk = Disk()
    store = EventStore(capacity=10, sinks=[disk])
    fill(store, "chatty", 25)
    disk.done, disk.off = done, off
    found = taken(store, disk)
    chatty = found.servers[0]
    assert found.gone == gone
    assert (chatty.written, chatty.waiting, chatty.lost) == (done, 0 if off else 25 - done, 25 - done if off else 0)


@pytest.mark.parametrize("seed", range(20))
def test_accounts_are_what_can_be_counted_one_by_one(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "LEVEL_BUDGET", 6_000)
    dice, disk, shown = random.Random(seed), Disk(), Filter(text="7")
    store = EventStore(capacity=40, sinks=[disk])
    book = AccountBook(store, disk, shown)
    for number in range(400):
        server, level = dice.choice(["chatty", "chatty", "quiet"]), Level(dice.randrange(dice.randint(1, 8)))
        store.append(draft(server=server, level=level, text=str(number), data="x" * dice.randrange(30)))
        disk.done = dice.randint(disk.done, number + 1) if dice.random() < 0.05 else disk.done
        if dice.random() < 0.2:
            compare(book.accounts(["chatty", "quiet"]), store, disk, shown)
    disk.off = True
    compare(book.accounts(["chatty", "quiet"]), store, disk, shown)


def compare(found: Accounts, store: EventStore, disk: Disk, shown: Filter) -> None:
    """``found`` beside what comes of looking at every event."""
    check(found)
    held = in_memory(store)
    passing = by_server(event for event in held.values() if shown.matches(event))
    received, written = by_server(disk.events), by_server(disk.events[: disk.done])
    for account in found.servers:
        name = account.server
        assert (account.received, account.shown, account.written) == (received[name], passing[name], written[name])
        assert account.dropped == received[name] - by_server(held.values())[name]
    assert found.gone == sum(event.seq not in held for event in disk.events[disk.done :])


async def test_what_is_on_the_disk_is_counted_for_its_server(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    store = EventStore(sinks=[history])
    fill(store, "chatty", 5)
    fill(store, "quiet", 2)
    assert [account.waiting for account in taken(store, history).servers] == [5, 2]
    history.start(lambda text: None)
    await anyio.to_thread.run_sync(history.close)
    fill(store, "quiet", 1)
    found = taken(store, history)
    check(found)
    assert [(each.written, each.waiting, each.lost) for each in found.servers] == [(5, 0, 0), (2, 0, 1)]
    assert history.tally().last == 7


async def test_a_disk_that_fails_leaves_its_reason(tmp_path: Path) -> None:
    history = History(tmp_path)
    store = EventStore(sinks=[history])
    fill(store, "chatty", 3)
    failed = anyio.Event()
    history.start(lambda text: failed.set())
    with anyio.fail_after(10):
        await failed.wait()
    fill(store, "chatty", 2)
    found = taken(store, history)
    check(found)
    assert found.servers[0].lost == 5
    assert found.problem.startswith(f"the history is off: {tmp_path}: ")


async def test_accounts_add_up_at_any_moment_while_the_history_is_written(tmp_path: Path) -> None:
    history = History(tmp_path / "history.db")
    store = EventStore(capacity=100, sinks=[history])
    book = AccountBook(store, history, EVERYTHING)
    history.start(lambda text: None)
    last = store.merged.end
    with anyio.fail_after(30):
        while last < 20_000 or book.accounts([]).total.waiting:
            if last < 20_000:
                fill(store, "chatty", 100)
                last = store.merged.end
            check(book.accounts(["chatty"]))
            await anyio.lowlevel.checkpoint()
    await anyio.to_thread.run_sync(history.close)
    assert book.accounts([]).total.written == 20_000
