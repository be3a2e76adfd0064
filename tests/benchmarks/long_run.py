"""Rows about a dashboard that has seen a million notifications."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.isolated import in_terminal
from benchmarks.links import HTTP_MODERN, flood, server, with_dashboard
from benchmarks.row import Row, at_most, at_most_itself, at_most_more
from mcp_tui.settings import ServerSettings
from support.held import held

if TYPE_CHECKING:
    from mcp_tui.ui.app import McpTuiApp

STRETCH = 20_000
"""Notifications whose cost is taken."""

EARLY = 10_000
"""After how many notifications it is first taken."""


class Reading(NamedTuple):
    """What a dashboard holds (MiB) and has used (seconds of processor time) after so many notifications."""

    memory: float
    processor: float


def _readings(*counts: int) -> list[Reading]:
    """Readings of one dashboard, after it has seen so many notifications altogether."""
    with server(HTTP_MODERN) as servers:
        return in_terminal(_flooded, servers, counts)


def _flooded(servers: tuple[ServerSettings, ...], counts: tuple[int, ...]) -> list[Reading]:
    async def work(app: McpTuiApp) -> list[Reading]:
        readings: list[Reading] = []
        seen = 0
        for count in counts:
            if count > seen:
                await flood(app.hub, count - seen)
            seen = count
            readings.append(Reading(held().memory, time.process_time()))
        return readings

    return with_dashboard(servers, work)


def _memory(count: int) -> float:
    return _readings(count)[0].memory


def _empty(_count: int) -> float:
    return _readings(0)[0].memory


def _growth(count: int) -> float:
    half, whole = _readings(count // 2, count)
    return whole.memory - half.memory


def _late_cost(count: int) -> float:
    return _cost(count - STRETCH)


def _early_cost(count: int) -> float:
    return _cost(min(EARLY, count - STRETCH))


def _cost(seen: int) -> float:
    """Microseconds of processor time a notification, after so many have been seen."""
    before, after = _readings(seen, seen + STRETCH)
    return (after.processor - before.processor) / STRETCH * 1_000_000


ROWS = (
    Row(
        "memory",
        "memory after 1,000,000 notifications; the empty dashboard",
        "MiB",
        at_most_more(80),
        1_000_000,
        2_000,
        _memory,
        _empty,
    ),
    Row(
        "memory-flat",
        "memory after 1,000,000 notifications more than after 500,000",
        "MiB",
        at_most_itself(2),
        1_000_000,
        2_000,
        _growth,
    ),
    Row(
        "cost",
        "processor time a notification with the dashboard, at 1,000,000; at 10,000",
        "µs",
        at_most(1.1),
        1_000_000,
        STRETCH + 1_000,
        _late_cost,
        _early_cost,
    ),
)
