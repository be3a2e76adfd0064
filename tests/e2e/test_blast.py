"""Whatever ten servers do at once, a healthy one loses nothing; of two hundred deaths nothing stays."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import AsyncExitStack

import pytest

from mcp_tui.core import pace
from mcp_tui.core.events import MESSAGE, Event
from mcp_tui.core.status import State
from mcp_tui.settings import Limits
from support.answers import cut, hang, message, results, says
from support.exchange import Answer
from support.faulty import Http, serving
from support.held import held
from support.hubs import events, running, until

TICKS = 150
"""Messages of the healthy server, one every 20 ms."""

eras = pytest.mark.parametrize("protocol", ["auto", "legacy"])


class Watch:
    """A sink that notes how late each tick was."""

    def __init__(self) -> None:
        self.ticks: list[int] = []
        self.latest = 0.0

    def put(self, event: Event) -> None:
        if event.kind == MESSAGE and event.server == "healthy":
            number, _, sent = event.text.partition(" ")
            self.ticks.append(int(number))
            self.latest = max(self.latest, time.monotonic() - float(sent))

    @property
    def full(self) -> bool:
        return False

    async def room(self) -> None:
        """There always is."""

    def close(self) -> None:
        """Nothing is held back."""


class Stalls:
    """How long the machine has kept a thread waiting that only wanted to go on; no work of an event loop does."""

    def __init__(self) -> None:
        self.longest = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Stalls:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        due = time.monotonic() + 0.01
        while not self._done.wait(0.01):
            now = time.monotonic()
            self.longest, due = max(self.longest, now - due), now + 0.01


async def tick(exchange: Http) -> None:
    for number in range(TICKS):
        data = f"{number} {time.monotonic()}"
        await exchange.notify("message", {"level": "info", "data": data})
        await asyncio.sleep(0.02)
    await exchange.answer({"content": [], "resultType": "complete"})


async def endless(exchange: Http) -> None:
    """Notifications for ever."""
    while True:
        await exchange.frames(*([message(b'"and on"')] * 500))
        await asyncio.sleep(0)


async def changing(exchange: Http) -> None:
    while True:
        await exchange.notify("tools/list_changed", {})
        await asyncio.sleep(0.001)


async def endless_line(exchange: Http) -> None:
    await exchange.stream()
    while True:
        await exchange.pipe.write(b"x" * 65_536)


async def refuse(exchange: Http) -> None:
    await exchange.reply(500)


FAULTS: dict[str, dict[str, Answer]] = {
    "never-answers": {"server/discover": hang, "initialize": hang},
    "cuts": {"server/discover": cut, "initialize": cut},
    "refuses": {"server/discover": refuse, "initialize": refuse},
    "floods": {"tools/call": endless},
    "changes": {"tools/call": changing},
    "endless-line": {"tools/call": endless_line},
    "deep": {"tools/call": says(*[message(b"[" * 100_000 + b"]" * 100_000)] * 20)},
    "large": {"tools/call": says(*[message(b'"' + b"x" * 2_000_000 + b'"')] * 5)},
    "bad-lists": {"tools/list": results({"tools": [{"name": str(number)} for number in range(20_000)]})},
    "dies": {"tools/call": cut, "ping": cut, "subscriptions/listen": cut, "GET": cut},
}


@eras
@pytest.mark.parametrize("transport", ["streamable-http", "sse"])
async def test_a_healthy_server_notices_nothing_of_ten_that_fail(transport: str, protocol: str) -> None:
    async with AsyncExitStack() as stack:
        servers = {name: await stack.enter_async_context(serving(answers)) for name, answers in FAULTS.items()}
        servers["healthy"] = await stack.enter_async_context(serving({"tools/call": tick}))
        settings = [
            server.settings(name, transport=transport, protocol=protocol) for name, server in servers.items()
        ]
        hub = await stack.enter_async_context(running(*settings, limits=Limits(heartbeat=0.5), verdicts=False))
        await hub.verdicts([name for name in FAULTS if "initialize" not in FAULTS[name]])
        await until(hub, lambda: hub.server("healthy").state is State.READY)
        watch = Watch()
        hub.store.add_sink(watch)
        with Stalls() as stalls:
            healthy = hub.call("healthy", "echo", {})
            for name in FAULTS:
                if hub.server(name).state is State.READY:
                    hub.call(name, "echo", {})
            outcome = await hub.outcome(healthy)
        assert outcome.state == "finished", outcome.error
        assert watch.ticks == list(range(TICKS))
        assert watch.latest < 1.0 + 2 * stalls.longest
        assert hub.server("healthy").state is State.READY


# Two hundred deaths


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("transport", "protocol"), [("streamable-http", "auto"), ("streamable-http", "legacy"), ("sse", "legacy")]
)
async def test_nothing_is_left_of_two_hundred_restarts(
    transport: str, protocol: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SHORTEST_PAUSE", "FIRST_PAUSE", "LAST_PAUSE", "LOOK_SECONDS"):
        monkeypatch.setattr(pace, name, 0.001)
    async with serving() as server, running(server.settings(transport=transport, protocol=protocol)) as hub:

        async def die(times: int) -> None:
            for _ in range(times):
                await server.seen(lambda: server.standing)
                await until(hub, lambda: not hub.server("faulty").silent)
                await server.stop()
                await until(hub, lambda: hub.server("faulty").state is not State.READY)
                await server.start()
                await until(hub, lambda: hub.server("faulty").state is State.READY)

        await die(20)
        before = held()
        await die(200)
        # The last death may still be being cleared away.
        async with asyncio.timeout(60):
            while (after := held()).tasks > before.tasks + 3 or after.files > before.files + 3:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert after.memory - before.memory < 8
        lost = [event for event in events(hub, "connection") if event.text.startswith("connection lost")]
        assert len(lost) == 220
        assert hub.server("faulty").state is State.READY


async def test_a_list_that_changes_all_the_time_is_asked_for_twice_a_second() -> None:
    async with serving({"tools/call": changing}) as server, running(server.settings()) as hub:
        call = hub.call("faulty", "echo", {})
        listed = server.count("tools/list")
        started = time.monotonic()
        await server.asked("tools/list", listed + 3)
        assert time.monotonic() - started > 0.9
        hub.cancel(call)
