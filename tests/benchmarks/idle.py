"""Rows about servers that say nothing: what it costs to stay connected to them."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.isolated import in_terminal, isolated
from benchmarks.links import HTTP_HANDSHAKE, HTTP_MODERN, Link, sdk_client, server, with_dashboard
from benchmarks.row import Row, at_most_itself, at_most_more
from mcp_tui.settings import DEFAULT_LIMITS, ServerSettings

if TYPE_CHECKING:
    from mcp_tui.ui.app import McpTuiApp

SETTLING = 1.0
"""Seconds after the last server is ready in which the rest of the beginning ends."""

MANY = 50


class Rest(NamedTuple):
    """Percent of one processor, and frames a second that were drawn, while nothing happened."""

    processor: float
    frames: float


def _rest(link: Link, count: int, seconds: int) -> Rest:
    with server(link, count) as servers:
        return in_terminal(_dashboard, servers, seconds)


def _processor(link: Link, count: int, seconds: int) -> float:
    return _rest(link, count, seconds).processor


def _frames(seconds: int) -> float:
    return _rest(HTTP_MODERN, MANY, seconds).frames


def _dashboard(servers: tuple[ServerSettings, ...], seconds: float) -> Rest:
    from mcp_tui.ui.screens.dashboard import DashboardScreen

    async def work(app: McpTuiApp) -> Rest:
        assert isinstance(app.screen, DashboardScreen)
        pulse = app.screen.pulse
        await asyncio.sleep(SETTLING)
        frames, started = pulse.flushes, time.process_time()
        await asyncio.sleep(seconds)
        used = time.process_time() - started
        return Rest(used / seconds * 100, (pulse.flushes - frames) / seconds)

    return with_dashboard(servers, work)


def _sdk(link: Link, count: int, seconds: int) -> float:
    with server(link, count) as servers:
        return isolated(_clients, servers, seconds)


def _clients(servers: tuple[ServerSettings, ...], seconds: float) -> float:
    """Percent of one processor that the SDK's clients take."""

    async def main() -> float:
        async with AsyncExitStack() as clients:
            for settings in servers:
                await clients.enter_async_context(sdk_client(settings))
            await asyncio.sleep(SETTLING)
            started = time.process_time()
            await asyncio.sleep(seconds)
            return (time.process_time() - started) / seconds * 100

    return asyncio.run(main())


def _row(name: str, link: Link, count: int, era: str) -> Row:
    return Row(
        f"idle-{name}",
        f"processor while idle, {count} server{'s' if count > 1 else ''} ({era}); the SDK's clients",
        "%",
        at_most_more(0.5),
        # Longer than a heartbeat, so that every server is asked whether it is there.
        int(DEFAULT_LIMITS.heartbeat) + 2,
        1,
        partial(_processor, link, count),
        partial(_sdk, link, count),
    )


ROWS = (
    _row("1", HTTP_MODERN, 1, "modern"),
    _row("10", HTTP_MODERN, 10, "modern"),
    _row("50", HTTP_MODERN, MANY, "modern"),
    _row("50-handshake", HTTP_HANDSHAKE, MANY, "handshake, with standing streams"),
    Row(
        "idle-frames",
        f"frames a second while idle, {MANY} servers, each asked once in a heartbeat",
        "/s",
        at_most_itself(MANY / DEFAULT_LIMITS.heartbeat),
        int(DEFAULT_LIMITS.heartbeat) + 2,
        1,
        _frames,
    ),
)
