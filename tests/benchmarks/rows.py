"""All the rows, in the order of the table."""

from __future__ import annotations

from benchmarks import commands, core, frames, idle, long_run, many, opening, responsive, searching, terminals, wire
from benchmarks.row import Row

ROWS: tuple[Row, ...] = (
    *wire.ROWS,
    *core.ROWS,
    *long_run.ROWS,
    *idle.ROWS,
    *many.ROWS,
    *commands.ROWS,
    *searching.ROWS,
    *frames.ROWS,
    *terminals.ROWS,
    *opening.ROWS,
    *responsive.ROWS,
)
