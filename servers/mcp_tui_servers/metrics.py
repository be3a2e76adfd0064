"""The server `metrics`: one that talks without being called. How it does is in `monitor.py`.

Its list of tools changes by itself: `drain_queue` is offered only while there is a queue worth draining.
"""

from functools import partial
from typing import Annotated, Any

import anyio
from mcp.server.context import ServerRequestContext
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.subscriptions import InMemorySubscriptionBus
from mcp_types import NotificationParams, ToolAnnotations
from pydantic import BaseModel, Field

from mcp_tui_servers.gauges import Gauges, Reading, severity
from mcp_tui_servers.log import connection_of, send_log
from mcp_tui_servers.monitor import GAUGES_URI, LOGGER, Monitor
from mcp_tui_servers.sample import Sample, lowlevel, new_server
from mcp_tui_servers.subscriptions import accept_subscriptions


class WatchReport(BaseModel):
    """What was seen while watching the gauges."""

    readings: int = Field(description="How many readings were taken.")
    peak_cpu_percent: float = Field(description="The highest processor use seen.")
    last: Reading = Field(description="The latest reading.")


class GaugeTools:
    """The tools that read the gauges."""

    def __init__(self, monitor: Monitor) -> None:
        self._monitor = monitor

    def read_gauges(self) -> Reading:
        """Return the latest reading of all gauges."""
        return self._monitor.gauges.reading

    async def watch_gauges(
        self,
        ctx: Context[Any, Any],
        seconds: Annotated[float, Field(gt=0, le=600, description="How long to watch.")] = 5.0,
    ) -> WatchReport:
        """Watch the gauges for a while: a log message and a progress notification for each reading."""
        started = anyio.current_time()
        report = WatchReport(readings=0, peak_cpu_percent=0, last=self.read_gauges())
        while (reading := await self._reading_before(started + seconds)) is not None:
            report.readings += 1
            report.peak_cpu_percent = max(report.peak_cpu_percent, reading.cpu_percent)
            report.last = reading
            await send_log(ctx, severity(reading), reading.model_dump(), LOGGER)
            elapsed = min(anyio.current_time() - started, seconds)
            await ctx.report_progress(elapsed, seconds, f"reading {reading.number}")
        return report

    async def drain_queue(self, ctx: Context[Any, Any]) -> str:
        """Empty the queue. Offered only while the queue is long."""
        drained = self._monitor.gauges.drain()
        await send_log(ctx, "notice", {"event": "drained", "jobs": drained}, LOGGER)
        return f"Drained {drained} jobs"

    async def _reading_before(self, deadline: float) -> Reading | None:
        with anyio.CancelScope(deadline=deadline):
            return await self._monitor.next_reading()
        return None


def build(interval: float = 1.0) -> Sample:
    """Return the server `metrics`, which takes a reading and talks every `interval` seconds."""
    bus = InMemorySubscriptionBus()
    server = new_server(
        "metrics",
        title="Machine metrics",
        description="Simulated gauges, told about without being asked.",
        instructions="Listen: a handshake-era session hears of every reading, a 2026-07-28 client of what it "
        f"subscribes to ({GAUGES_URI}, changes to the list of tools). watch_gauges reports on a call.",
        subscriptions=bus,
        changing=("tools",),
    )

    def offer_drain(offered: bool) -> None:
        if offered:
            server.add_tool(tools.drain_queue, title="Drain the queue", annotations=_DRAINING)
        else:
            server.remove_tool(tools.drain_queue.__name__)

    monitor = Monitor(Gauges(), bus, interval=interval, on_backlog=offer_drain)
    tools = GaugeTools(monitor)
    _add_gauges(server, tools)
    initialized = partial(_initialized, monitor)
    lowlevel(server).add_notification_handler("notifications/initialized", NotificationParams, initialized)
    accept_subscriptions(lowlevel(server), lambda uri: uri == GAUGES_URI)
    return Sample(server, monitor.running)


_READING = ToolAnnotations(read_only_hint=True, open_world_hint=False)
_DRAINING = ToolAnnotations(
    read_only_hint=False, destructive_hint=True, idempotent_hint=True, open_world_hint=False
)


def _add_gauges(server: MCPServer[Any], tools: GaugeTools) -> None:
    server.add_tool(tools.read_gauges, title="Read the gauges", annotations=_READING)
    server.add_tool(tools.watch_gauges, title="Watch the gauges", annotations=_READING)

    @server.resource(GAUGES_URI, title="Gauges", mime_type="application/json")
    def gauges() -> str:  # pyright: ignore[reportUnusedFunction] - the decorator registers it
        """Return the latest reading of all gauges, as JSON."""
        return tools.read_gauges().model_dump_json()


async def _initialized(monitor: Monitor, ctx: ServerRequestContext[Any, Any], _params: NotificationParams) -> None:
    monitor.talk_to(connection_of(ctx.session))
