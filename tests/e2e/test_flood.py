"""A hundred thousand notifications in one call: all arrive, in order, whatever the reader does and the disk."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
import threading
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from mcp_tui.core import history as histories
from mcp_tui.core.events import MESSAGE, Event
from mcp_tui.core.history import History
from mcp_tui.core.hub import Hub
from mcp_tui.core.levels import Level
from mcp_tui.core.status import CallState, State
from mcp_tui.core.store import EventStore
from mcp_tui.settings import Config, ServerSettings
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.screens.accounts import AccountsScreen
from mcp_tui.ui.screens.dashboard import DashboardScreen
from mcp_tui.ui.widgets.level_bar import SHORT, LevelBar, short
from mcp_tui.ui.widgets.log_pane import LogPane
from support import flood
from support.faulty import serving
from support.flood import COUNT, FLOODING, level_of, text_of

LINKS = [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "auto"), ("stdio", "auto")]
links = pytest.mark.parametrize(("transport", "protocol"), LINKS, ids=["-".join(link) for link in LINKS])

BACKLOG = 12_500
"""Events waiting for the disk at which the servers are slowed down, here: the flood comes in waves of so many."""


@asynccontextmanager
async def flooding(transport: str, protocol: str) -> AsyncGenerator[ServerSettings]:
    """The flooding server behind a transport."""
    if transport == "stdio":
        command = (sys.executable, flood.__file__)
        yield ServerSettings("faulty", "stdio", command=command, protocol=protocol)
        return
    async with serving(FLOODING) as server:
        yield server.settings(transport=transport, protocol=protocol)


class HeldDisk(History):
    """A history whose disk stands still, but for one batch at each ``turn``, until it is let go."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._turns = threading.Semaphore(0)
        self._free = False

    def turn(self) -> None:
        self._turns.release()

    def let_go(self) -> None:
        self._free = True
        self.turn()

    def _write(self, connection: sqlite3.Connection, run: int) -> bool:
        if not self._free:
            self._turns.acquire()
        return super()._write(connection, run)


class Reader:
    """Somebody at a dashboard of 120 columns and 40 rows, on whom the flood comes in waves."""

    def __init__(self, hub: Hub, disk: HeldDisk, app: McpTuiApp, pilot: Pilot[int]) -> None:
        self.hub, self.disk, self.app, self.pilot = hub, disk, app, pilot

    @property
    def dashboard(self) -> DashboardScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, DashboardScreen)
        return screen

    async def until(self, holds: Callable[[], object]) -> None:
        async with asyncio.timeout(30):
            while not holds():
                assert self.app.error is None
                await asyncio.sleep(0.005)

    async def wave(self, *keys: str) -> None:
        """Let a batch go to the disk and another come, press ``keys`` meanwhile; return with all of it shown."""
        written = self.disk.tally().last
        self.disk.turn()
        for key in keys:
            self.app.simulate_key(key)
        await self.until(lambda: self.disk.tally().last > written and self.hub.store.full)
        await self.settle()

    async def settle(self) -> None:
        await self.pilot.pause()
        await self.until(lambda: self.dashboard.pulse.flushed)

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    def pane(self, level: Level) -> LogPane:
        return self.dashboard.panes[level].log_pane

    def rows(self, level: Level) -> list[str]:
        """The texts that the pane of a level shows."""
        reader = self.pane(level).reader
        shown = (reader.event(row) for row in range(reader.top, reader.top + reader.height))
        return [event.text for event in shown if event is not None]

    def said(self, level: Level) -> str:
        """What the lower border of a pane says."""
        return str(self.dashboard.panes[level].border_subtitle)

    def in_memory(self, level: Level) -> list[Event]:
        ring = self.hub.store.by_level[level]
        return list(ring.between(ring.first, ring.end))

    @property
    def bar(self) -> str:
        return self.dashboard.query_one(LevelBar).render().plain

    def new(self, level: Level) -> int:
        """How many events the border says have come unseen."""
        return number_in(r"\+([\d,]+) new", self.said(level))


def number_in(pattern: str, text: str) -> int:
    found = re.search(pattern, text)
    assert found is not None, f"no {pattern} in {text!r}"
    return int(found[1].replace(",", ""))


@asynccontextmanager
async def reading(settings: ServerSettings, path: Path) -> AsyncGenerator[Reader]:
    """A dashboard that is connected to a server, with a history on a disk that stands still."""
    disk = HeldDisk(path)
    hub = Hub(Config((settings,)), EventStore(), history=disk)
    app = McpTuiApp(hub)
    try:
        async with app.run_test(size=(120, 40)) as pilot:
            reader = Reader(hub, disk, app, pilot)
            await reader.until(lambda: hub.server(settings.name).state is State.READY)
            yield reader
    finally:
        disk.let_go()
        hub.close()


@links
async def test_a_reader_misses_nothing_of_a_flood_that_is_faster_than_the_disk(
    transport: str, protocol: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(histories, "BACKLOG", BACKLOG)
    path = tmp_path / "history.db"
    async with flooding(transport, protocol) as settings, reading(settings, path) as reader:
        hub = reader.hub
        call = hub.call("faulty", "flood", {})
        await reader.until(lambda: hub.store.full)
        await reads_what_stays(reader)
        await filters(reader)
        await counts(reader, path)
        await searches(reader)
        await follows_to_the_end(reader, path)
        outcome = await hub.outcome(call)
        assert (outcome.state, outcome.events) == (CallState.FINISHED, COUNT), outcome.error
        assert hub.server("faulty").state is State.READY
    check_history(path, call)


async def reads_what_stays(reader: Reader) -> None:
    """Hold one pane, scroll another: neither moves, also when what they show has left memory."""
    info, warning, store = Level.INFO, Level.WARNING, reader.hub.store
    await reader.settle()
    await reader.press("2", "pageup", "pageup", "pageup", "space")
    held, seen = reader.rows(info), store.count(info)
    await reader.wave("4", "pageup", "pageup", "pageup")
    read, unseen = reader.rows(warning), store.count(warning) - reader.new(warning)
    assert (len(held), len(read)) == (reader.pane(info).size.height, reader.pane(warning).size.height)
    for _ in range(2):
        await reader.wave()
        assert reader.rows(info) == held
        assert reader.rows(warning) == read
        assert reader.said(info).startswith(f"held · +{store.count(info) - seen:,} new")
        assert reader.new(warning) == store.count(warning) - unseen
    assert held[-1] not in [event.text for event in reader.in_memory(info)]
    await reader.press("f", "2", "f")
    assert reader.rows(info)[-1] == reader.in_memory(info)[-1].text


async def filters(reader: Reader) -> None:
    """Show only what contains a text, in every pane."""
    await reader.press("ampersand", "7", "7", "enter")
    await reader.wave("4", "k", "2")
    for level in Level:
        hidden = [event for event in reader.in_memory(level) if "77" not in event.text]
        assert f'only "77": {len(hidden):,} hidden' in reader.said(level)
        assert len(reader.rows(level)) > 3
        assert all("77" in text for text in reader.rows(level))


async def counts(reader: Reader, path: Path) -> None:
    """Look at the accounts while the flood goes on: they follow it, and add up."""
    await reader.press("a")
    await reader.wave()
    memory, history = await tables(reader)
    await reader.until(lambda: account(memory)[0] == reader.hub.store.by_server["faulty"])
    received, shown, hidden, dropped = account(memory)
    held = [event for level in Level for event in reader.in_memory(level) if event.server == "faulty"]
    assert shown == sum("77" in event.text for event in held)
    assert hidden == len(held) - shown
    assert dropped == received - len(held) > 0
    written = len(on_disk(path))
    assert account(history) == [received, written, received - written, 0]
    await reader.press("escape")


async def tables(reader: Reader) -> tuple[Static, Static]:
    """What the accounts say of memory and of the history, once they are open."""
    await reader.until(lambda: isinstance(reader.app.screen, AccountsScreen) and reader.app.screen.is_mounted)
    return reader.app.screen.query_one("#memory", Static), reader.app.screen.query_one("#history", Static)


def account(table: Static) -> list[int]:
    """The numbers in the row of the server."""
    row = next(line for line in str(table.content).splitlines() if line.startswith("faulty"))
    return [int(number.replace(",", "")) for number in row.split()[1:]]


async def searches(reader: Reader) -> None:
    """Look for a text in one pane."""
    await reader.press("escape", "2", "slash", "9", "9", "enter")
    await reader.wave("n", "N")
    found = [event for event in reader.in_memory(Level.INFO) if "99" in event.text]
    assert number_in(r"/99 (?:[\d,]+ of )?([\d,]+)", reader.said(Level.INFO)) == len(found)
    await reader.press("escape")


async def follows_to_the_end(reader: Reader, path: Path) -> None:
    """Come back to following while the disk is let go: the newest stands last, and everything is counted."""
    store, book = reader.hub.store, reader.hub.account_book()
    reader.disk.let_go()
    for key in ("4", "f", "2", "f", "a"):
        reader.app.simulate_key(key)
    _, history = await tables(reader)
    await reader.until(lambda: store.by_server["faulty"] > COUNT and not book.accounts().total.waiting)
    await reader.until(lambda: account(history)[2] == 0)
    assert account(history)[1] == len(on_disk(path)) == store.by_server["faulty"]
    await reader.press("escape")
    for level in Level:
        messages = sum(level_of(number) is level for number in range(COUNT))
        own = sum(event.kind != MESSAGE for event in reader.in_memory(level))
        assert f"{SHORT[level]} {short(messages + own)} " in reader.bar
        assert reader.rows(level)[-1] == reader.in_memory(level)[-1].text
    assert "•" not in reader.bar


def on_disk(path: Path) -> list[tuple[int, str, int, int | None]]:
    """Number, text, level and call of the server's events, as they stand in the history."""
    query = "SELECT seq, kind, text, level, call FROM events WHERE server = 'faulty' ORDER BY seq"
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def check_history(path: Path, call: int) -> None:
    """Every message is there once, in order, with its level and its call."""
    events = on_disk(path)
    assert [seq for seq, *_ in events] == list(range(1, len(events) + 1))
    messages = [event[2:] for event in events if event[1] == MESSAGE]
    assert messages == [(text_of(number), level_of(number), call) for number in range(COUNT)]
