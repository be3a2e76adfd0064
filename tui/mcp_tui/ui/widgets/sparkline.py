"""How many events came lately, as a row of block characters."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from textual.content import Content

CELLS = 8
SECONDS = 2.0
"""Seconds that one cell stands for."""
CALM = 8
"""Events in a cell that fill it; more than that only once a busier cell is among the eight."""

_BLOCKS = "▁▂▃▄▅▆▇█"


class Rate:
    """The events of the last ``CELLS * SECONDS`` seconds, counted in cells, oldest first."""

    def __init__(self) -> None:
        self._counts: deque[int] = deque([0] * CELLS, maxlen=CELLS)
        self._cell: int | None = None
        self._total = 0

    def note(self, total: int, now: float) -> None:
        """At ``now`` there had been ``total`` events in all."""
        cell = int(now // SECONDS)
        if self._cell is not None:
            self._counts.extend([0] * min(CELLS, max(0, cell - self._cell)))
            self._counts[-1] += max(0, total - self._total)
        self._cell, self._total = cell, total

    @property
    def counts(self) -> tuple[int, ...]:
        """Events of each cell, oldest first."""
        return tuple(self._counts)


def blocks(counts: Iterable[int]) -> str:
    """One block character for each count; the lowest stands for none at all and for nothing else."""
    counts = tuple(counts)
    peak = max((CALM, *counts))
    return "".join(_BLOCKS[-(-count * 7 // peak)] for count in counts)


def sparkline(counts: Iterable[int]) -> Content:
    """``blocks`` in colour: a quiet cell is drawn as a faint base line."""
    cells = ((block, "$border" if block == "▁" else "$primary") for block in blocks(counts))
    return Content.assemble(*cells).simplify()
