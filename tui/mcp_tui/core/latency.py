"""Latency: how long the round trips of each tool have taken in this run."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import msgspec

from mcp_tui.core.status import Call

NEWEST = 1_000
"""Round trips of one tool that the percentiles are of; of more, the newest."""

MAX_TOOLS = 1_000
"""Tools that are kept; of more, the one that was called longest ago is forgotten."""


class Latency(msgspec.Struct, frozen=True):
    """The round trips of one tool of one server.

    count: of all of them. p50, p95, p99, slowest: seconds, of the newest ``NEWEST``.
    """

    server: str
    tool: str
    count: int
    p50: float
    p95: float
    p99: float
    slowest: float


class _Trips:
    """The round trips of one tool."""

    def __init__(self) -> None:
        self.count = 0
        self.newest: deque[float] = deque(maxlen=NEWEST)


class LatencyBook:
    """Takes each call that has ended. Memory is bounded by ``MAX_TOOLS`` times ``NEWEST`` numbers."""

    def __init__(self) -> None:
        self._trips: dict[tuple[str, str], _Trips] = {}

    def add(self, call: Call) -> None:
        """Note a call that has ended. One that brought no answer (cancelled, lost, refused) was no round trip."""
        if call.result is None or call.ended is None:
            return
        key = call.server, call.tool
        # Last in the table is what was called last.
        trips = self._trips[key] = self._trips.pop(key, None) or _Trips()
        trips.count += 1
        trips.newest.append(call.ended - call.started)
        if len(self._trips) > MAX_TOOLS:
            del self._trips[next(iter(self._trips))]

    @property
    def all(self) -> tuple[Latency, ...]:
        """A summary for each tool that has answered, by server and tool."""
        return tuple(_summary(*key, trips) for key, trips in sorted(self._trips.items(), key=lambda item: item[0]))


def percentile(ordered: Sequence[float], percent: float) -> float:
    """The smallest of ``ordered`` (ascending, not empty) that ``percent`` of them do not exceed: nearest rank."""
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def _summary(server: str, tool: str, trips: _Trips) -> Latency:
    ordered = sorted(trips.newest)
    p50, p95, p99 = (percentile(ordered, percent) for percent in (50, 95, 99))
    return Latency(server, tool, trips.count, p50, p95, p99, ordered[-1])
