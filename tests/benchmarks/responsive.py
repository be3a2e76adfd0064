"""Rows about the event loop while everything goes on at once: a flood, scrolling, screens that open and close."""

from __future__ import annotations

import asyncio
import json
from statistics import quantiles
from typing import TYPE_CHECKING

from benchmarks.drawing import lateness
from benchmarks.isolated import in_terminal
from benchmarks.links import HTTP_MODERN, SERVER, server, with_dashboard
from benchmarks.row import Row, at_most_itself
from mcp_tui.settings import ServerSettings
from mcp_tui.ui import garbage

if TYPE_CHECKING:
    from mcp_tui.ui.app import McpTuiApp

KEYS = (
    *("k", "pageup", "g", "pagedown", "G", "z", "0", "2", "z"),
    *("slash", "7", "9", "enter", "N", "n", "escape", "ampersand", "4", "2", "enter", "escape"),
    *("enter", "pagedown", "escape", "t", "f", "l", "o", "escape", "question_mark", "escape", "a", "escape"),
    *("S", "S", "space", "space", "ctrl+t", "ctrl+t"),
)
"""What a user may press: moving, zooming, searching, filtering, opening and closing."""

PAUSE = 0.1
"""Seconds between two keys."""


def _lateness(notifications: int) -> list[float]:
    with server(HTTP_MODERN) as servers:
        return in_terminal(measure, servers, notifications)


def measure(servers: tuple[ServerSettings, ...], notifications: int) -> list[float]:
    """By how many milliseconds a task came too late, each time, while notifications came and keys were pressed."""
    garbage.hold()

    async def work(app: McpTuiApp) -> list[float]:
        await asyncio.sleep(garbage.SETTLED_SECONDS)
        async with lateness() as late:
            number = app.hub.call(SERVER, "flood", {"n": notifications})
            outcome = asyncio.create_task(app.hub.outcome(number))
            pressed = asyncio.create_task(_press_all(app))
            call = await outcome
            await pressed
        if call.events != notifications:
            raise RuntimeError(json.dumps({"came": call.events, "of": notifications, "error": call.error}))
        return late.samples

    return with_dashboard(servers, work)


async def _press_all(app: McpTuiApp) -> None:
    for key in KEYS:
        app.simulate_key(key)
        await asyncio.sleep(PAUSE)


def _worst(notifications: int) -> float:
    return max(_lateness(notifications))


def _p99(notifications: int) -> float:
    return quantiles(_lateness(notifications), n=100, method="inclusive")[-1]


_WHILE = "of the event loop during a flood while keys scroll, search, filter, open and close"

ROWS = (
    Row("loop-p99", f"lateness {_WHILE}, 99th percentile", "ms", at_most_itself(50), 200_000, 1_000, _p99),
    Row("loop-worst", f"longest stall {_WHILE}", "ms", at_most_itself(50), 200_000, 1_000, _worst),
)
