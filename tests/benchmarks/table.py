"""The outcomes for people and for programs: a table, and every sample as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from statistics import median
from typing import Any

from benchmarks.row import Outcome

TITLES = ("what", "measured", "baseline", "compared (of single rounds)", "to reach", "holds")
WIDTHS = (86, 14, 14, 27, 16, 5)


def head() -> str:
    """The titles of the columns; table and head are Markdown."""
    return f"{_line(TITLES)}\n{_line(tuple('-' * width for width in WIDTHS))}"


def line(outcome: Outcome) -> str:
    """One row of the table."""
    row, shown = outcome.row, outcome.row.target.shown
    low, high = map(shown.format, outcome.spread)
    return _line(
        (
            row.what,
            _amount(outcome.measured, row.unit),
            _amount(outcome.baseline, row.unit) if row.has_baseline else "",
            f"{shown.format(outcome.comparison)} ({low} to {high})",
            row.target.words,
            "yes" if outcome.holds else "NO",
        )
    )


def report(outcomes: Iterable[Outcome]) -> dict[str, Any]:
    """All there is, for JSON."""
    return {"machine": _machine(), "rows": [_fields(outcome) for outcome in outcomes]}


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))} |"


def _amount(samples: tuple[float, ...], unit: str) -> str:
    amount = median(samples)
    return f"{amount:,.0f} {unit}" if amount >= 100 else f"{amount:.3g} {unit}"


def _fields(outcome: Outcome) -> dict[str, Any]:
    row = outcome.row
    return {
        "name": row.name,
        "what": row.what,
        "unit": row.unit,
        "measured": outcome.measured,
        "baseline": outcome.baseline if row.has_baseline else None,
        "comparison": outcome.comparison,
        "spread": outcome.spread,
        "target": row.target.words,
        "holds": outcome.holds,
    }


def _machine() -> dict[str, Any]:
    """What the figures were measured on, as far as it tells nothing of whose it is."""
    return {
        "system": platform.system(),
        "kernel": platform.release(),
        "architecture": platform.machine(),
        "cpus": os.cpu_count(),
        "load": os.getloadavg(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in ("mcp-tui", "mcp", "textual", "httpx2", "msgspec")},
    }
