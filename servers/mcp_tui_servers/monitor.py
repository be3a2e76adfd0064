"""Keeps the gauges moving and tells every client of it, as far as its protocol lets a server speak unasked.

A handshake-era session hears of each reading on its standing stream as a log message, of updates of the
resource if it asked with `resources/subscribe` (2025-11-25, server/resources, Subscriptions), and of
changes to the list of tools. A 2026-07-28 client hears of the latter two on its `subscriptions/listen`
stream.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import anyio
from anyio.abc import TaskGroup
from mcp.server.connection import Connection
from mcp.server.subscriptions import ResourceUpdated, SubscriptionBus, ToolsListChanged

from mcp_tui_servers.gauges import Gauges, Reading, severity
from mcp_tui_servers.log import send_log_unasked
from mcp_tui_servers.subscriptions import subscriptions_of

LOGGER = "metrics"
GAUGES_URI = "metrics://gauges"

UPDATE_EVERY = 5
"""Subscribers hear of the resource every so many readings, not of each one."""


class Monitor:
    """The gauges, and everybody who wants to hear of them.

    Takes a reading every `interval` seconds while `running` is entered. `on_backlog` is to change the list of
    tools: it is called with whether the queue is worth draining, when that changes, before anybody is told.
    """

    def __init__(
        self, gauges: Gauges, bus: SubscriptionBus, *, interval: float, on_backlog: Callable[[bool], None]
    ) -> None:
        self.gauges = gauges
        self._bus = bus
        self._interval = interval
        self._on_backlog = on_backlog
        self._backlog = gauges.has_backlog
        self._next = anyio.Event()
        self._tasks: TaskGroup | None = None

    @asynccontextmanager
    async def running(self) -> AsyncGenerator[None]:
        """Take readings and talk to the sessions until the block is left."""
        async with anyio.create_task_group() as tasks:
            self._tasks = tasks
            tasks.start_soon(self._take_readings)
            try:
                yield
            finally:
                self._tasks = None
                tasks.cancel_scope.cancel()

    def talk_to(self, connection: Connection) -> None:
        """Tell a handshake-era session of every reading until its connection closes.

        Each session has a task of its own: a client that reads slowly misses readings and holds up nobody
        else. Nothing is told while `running` is not entered.
        """
        if self._tasks is not None:
            scope = anyio.CancelScope()
            connection.exit_stack.callback(scope.cancel)
            self._tasks.start_soon(self._talk, connection, scope)

    async def next_reading(self) -> Reading:
        """Wait for the next reading and return it."""
        await self._next.wait()
        return self.gauges.reading

    async def _take_readings(self) -> None:
        while True:
            await anyio.sleep(self._interval)
            self.gauges.step()
            tools_changed = self.gauges.has_backlog != self._backlog
            if tools_changed:
                self._backlog = self.gauges.has_backlog
                self._on_backlog(self._backlog)
            taken, self._next = self._next, anyio.Event()
            taken.set()
            if tools_changed:
                await self._bus.publish(ToolsListChanged())
            if self.gauges.reading.number % UPDATE_EVERY == 0:
                await self._bus.publish(ResourceUpdated(uri=GAUGES_URI))

    async def _talk(self, connection: Connection, scope: anyio.CancelScope) -> None:
        with scope:
            backlog, updated_at = self._backlog, self.gauges.reading.number
            while True:
                reading = await self.next_reading()
                await send_log_unasked(connection, severity(reading), reading.model_dump(), LOGGER)
                if self._backlog != backlog:
                    backlog = self._backlog
                    await connection.send_tool_list_changed()
                if reading.number - updated_at >= UPDATE_EVERY:
                    updated_at = reading.number
                    if GAUGES_URI in subscriptions_of(connection):
                        await connection.send_resource_updated(GAUGES_URI)
