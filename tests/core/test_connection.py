"""One connection to a server object, through the tap, without a network or a process."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
import msgspec
import pytest

from mcp_tui.config import load
from mcp_tui.core.connection import Connection
from mcp_tui.core.hub import Hub
from mcp_tui.core.inbox import Inbox
from mcp_tui.core.levels import Level
from mcp_tui.core.notes import Notes
from mcp_tui.core.pace import FIRST_PAUSE, LAST_PAUSE, Pace
from mcp_tui.core.problem import Problem
from mcp_tui.core.shared import Shared
from mcp_tui.core.status import Call, CallState, ServerStatus, State
from mcp_tui.core.store import EventStore
from mcp_tui.core.tap import Tap
from mcp_tui.core.transport import Streams
from mcp_tui.core.trust import Trust
from mcp_tui.core.wire import Wire
from mcp_tui.errors import McpTuiError
from mcp_tui.settings import Config, Limits, ServerSettings
from support.counting_server import build
from support.hubs import events, in_memory, running, until

SETTINGS = {
    "modern": ServerSettings("counting", "stdio", command=("none",), protocol="auto"),
    "handshake": ServerSettings("counting", "stdio", command=("none",), protocol="legacy"),
}


@pytest.fixture(params=SETTINGS)
async def hub(request: pytest.FixtureRequest) -> AsyncGenerator[Hub]:
    async with running(SETTINGS[request.param], open_link=in_memory(build())) as hub:
        assert hub.server("counting").era == request.param
        yield hub


async def test_a_connection_knows_its_server(hub: Hub) -> None:
    status = hub.server("counting")
    assert (status.state, status.title, status.version) == (State.READY, "counting", "1.0")
    assert [tool.name for tool in status.tools] == ["count", "hang", "fail", "add_tool"]
    assert status.latency is not None
    assert status.reason == ""


async def test_every_notification_becomes_an_event_of_its_call(hub: Hub) -> None:
    call = hub.call("counting", "count", {"n": 100})
    outcome = await hub.outcome(call)
    heard = [msgspec.json.decode(event.data or "")["number"] for event in events(hub, "message", call=call)]
    assert heard == list(range(100))
    assert len(events(hub, "progress", call=call)) == 100
    assert outcome.events == 200


async def test_a_call_is_entered_from_its_start_to_its_result(hub: Hub) -> None:
    call = hub.call("counting", "count", {"n": 0})
    outcome = await hub.outcome(call)
    assert outcome.result is not None
    assert outcome.result.structured == '{"result":0}'
    started, ended = events(hub, "call", call=call)[0], events(hub, "result", call=call)[0]
    assert started.text == "count started"
    assert ended.text.startswith("count finished in ")
    assert ended.data == outcome.result.raw


async def test_a_call_that_is_silent_for_too_long_is_lost() -> None:
    limits = Limits(call_quiet=0.2)
    async with running(SETTINGS["modern"], limits=limits, open_link=in_memory(build())) as hub:
        outcome = await hub.outcome(hub.call("counting", "hang", {}))
        assert (outcome.state, outcome.error) == (
            CallState.LOST,
            "no sign of life for 0.2 s; the tool may have run",
        )
        assert events(hub, "result")[0].level is Level.ERROR


async def test_a_call_may_not_take_longer_than_its_total_clock() -> None:
    limits = Limits(call_total=0.2)
    async with running(SETTINGS["modern"], limits=limits, open_link=in_memory(build())) as hub:
        outcome = await hub.outcome(hub.call("counting", "hang", {}))
        assert outcome.error == "no answer within 0.2 s; the tool may have run"


async def test_reconnecting_loses_the_call_in_flight_and_is_ready_again(hub: Hub) -> None:
    call = hub.call("counting", "hang", {})
    await until(hub, lambda: hub.calls)
    hub.reconnect("counting")
    assert (await hub.outcome(call)).state is CallState.LOST
    await until(hub, lambda: hub.server("counting").state is State.READY)


async def test_a_server_that_is_not_ready_takes_no_call() -> None:
    off = msgspec.structs.replace(SETTINGS["modern"], enabled=False)
    async with running(off) as hub:
        with pytest.raises(McpTuiError, match="counting is disabled"):
            hub.call("counting", "count", {"n": 1})


class Refusing:
    """An ``open_link`` to a server that is down until ``up``; what the supervisor does meanwhile is recorded."""

    def __init__(self) -> None:
        self.tries = 0
        self.up = False
        self.changed = anyio.Event()
        self.pauses: list[float] = []
        self.store = EventStore()
        self.statuses: list[ServerStatus] = []

    def pause(self, shortest: float, longest: float) -> float:
        """Stands in for the random pause, of which only the bound matters here."""
        self.pauses.append(longest)
        return shortest

    @asynccontextmanager
    async def open_link(self, settings: ServerSettings, tap: Tap, notes: Notes) -> AsyncGenerator[Streams]:
        self.tries += 1
        if not self.up:
            notes.failed(Problem("refused", "connection refused", sent=False))
            raise OSError("refused")
        async with in_memory(build())(settings, tap, notes) as streams:
            yield streams


async def test_an_outage_is_one_line_however_many_tries_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_tui.core.pace.SHORTEST_PAUSE", 0.0)
    faults = Refusing()
    calls: list[Call] = []
    from mcp_tui.core.calls import CallBook

    book = CallBook(lambda: None, calls.append)

    def changed() -> None:
        faults.statuses.append(connection.status)
        if connection.status.attempt == 10:
            faults.up = True
        if connection.status.state is State.READY:
            faults.changed.set()

    connection = Connection(
        SETTINGS["modern"],
        Shared(faults.store, book, Inbox(lambda: None, faults.store.append), Wire(), changed),
        open_link=faults.open_link,
        pace=Pace("", uniform=faults.pause),
    )
    with anyio.fail_after(10):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(connection.run)
            await faults.changed.wait()
            tasks.cancel_scope.cancel()
    texts = [event.text for event in faults.store.merged.between(0, 99) if event.kind == "connection"]
    assert texts == [
        "cannot connect: connection refused",
        "connected after 10 tries to counting 1.0, 2026-07-28 over stdio",
    ]
    assert faults.pauses == [min(LAST_PAUSE, FIRST_PAUSE * 2**n) for n in range(10)]
    assert {status.reason for status in faults.statuses if status.state is State.WAITING} == {"connection refused"}


async def test_commands_of_an_untrusted_file_wait_for_the_users_word(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[servers.counting]\ncommand = ["none"]\n')
    config = load(file, implicit=True)
    trust = Trust(tmp_path / "trusted.json")
    async with hub_of(config, trust) as hub:
        assert hub.untrusted
        assert hub.server("counting").state is State.FAILED
        assert "not trusted" in hub.server("counting").reason
        hub.trust(hub.config)
        await until(hub, lambda: hub.server("counting").state is State.READY)
    assert Trust(tmp_path / "trusted.json").covers(config)


async def test_what_was_shown_is_what_is_trusted(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[servers.counting]\ncommand = ["none"]\n')
    shown = load(file, implicit=True)
    file.write_text('[servers.counting]\ncommand = ["evil"]\n')
    async with hub_of(load(file, implicit=True), Trust(tmp_path / "trusted.json")) as hub:
        with pytest.raises(McpTuiError, match="has changed"):
            hub.trust(shown)
        assert hub.untrusted


async def test_an_edited_file_is_read_again_and_a_bad_edit_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mcp_tui.core.reload.LOOK_SECONDS", 0.01)
    file = tmp_path / "config.toml"
    one, two = (f'[servers.{name}]\ncommand = ["none"]\n' for name in ("one", "two"))
    file.write_text(one)
    async with hub_of(load(file), Trust(tmp_path / "trusted.json")) as hub:
        await until(hub, lambda: hub.server("one").state is State.READY)
        before = hub.server("one")
        file.write_text(one + two)
        await until(hub, lambda: "two" in [status.name for status in hub.servers])
        await until(hub, lambda: hub.server("two").state is State.READY)
        assert hub.server("one") is before

        file.write_text(one + two + "colour = 3\n")
        await until(hub, lambda: any("not a known key" in event.text for event in events(hub, "connection")))
        assert [status.name for status in hub.servers] == ["one", "two"]

        file.write_text(two)
        await until(hub, lambda: [status.name for status in hub.servers] == ["two"])


@asynccontextmanager
async def hub_of(config: Config, trust: Trust) -> AsyncGenerator[Hub]:
    hub = Hub(config, EventStore(), trust=trust, open_link=in_memory(build()))
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(hub.run)
        yield hub
        tasks.cancel_scope.cancel()
