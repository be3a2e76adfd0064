"""Rows about the commands."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.row import Row, at_most

COMMAND = str(Path(sys.executable).parent / "mcp-tui")


def _help(runs: int) -> float:
    return _milliseconds(runs, COMMAND, "--help")


def _python(runs: int) -> float:
    return _milliseconds(runs, sys.executable, "-c", "pass")


def _milliseconds(runs: int, *command: str) -> float:
    """What a process takes from its start to its end, the median of so many."""
    return median(_once(command) for _ in range(runs)) * 1_000


def _once(command: tuple[str, ...]) -> float:
    started = time.perf_counter()
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


ROWS = (Row("help", "`mcp-tui --help`; `python -c pass`", "ms", at_most(4), 11, 1, _help, _python),)
