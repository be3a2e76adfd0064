"""Searching the history, beside lnav on the same lines: each as a command that has read nothing yet."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from functools import cache, partial
from pathlib import Path

from benchmarks.row import Row, at_most
from mcp_tui.core.events import Event, iso_time
from mcp_tui.core.history import History
from mcp_tui.core.levels import Level

MCP_TUI = Path(sys.executable).with_name("mcp-tui")
PAGE = 100
WORD, PART = "needleword", "edlewor"
EVERY = 50_000
"""One event in so many has the word."""


def _events(count: int) -> Iterator[Event]:
    for number in range(1, count + 1):
        found = f" {WORD}" if number % EVERY == 7 else ""
        text = f"Processing document {number} of collection {number % 97}: {number * 2654435761 % 2**64:x}{found}"
        level = Level(number % len(Level))
        yield Event(number, 1_795_512_600.0 + number / 1000, f"server-{number % 5}", level, "message", text)


async def _fill(path: Path, events: Iterator[Event]) -> None:
    history = History(path)
    history.start(sys.exit)
    last = 0
    for event in events:
        history.put(event)
        last = event.seq
        if history.full:
            await history.room()
    while history.tally().last < last:  # noqa: ASYNC110 - the writer's thread tells nobody
        await asyncio.sleep(0.01)
    history.close()


@cache
def _folder(count: int) -> str:
    """A state folder with a history of ``count`` events, and the same lines as text beside it."""
    folder = tempfile.mkdtemp()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    state = Path(folder) / "mcp-tui"
    asyncio.run(_fill(state / "history.db", _events(count)))
    with Path(folder, "lines.log").open("w") as lines:
        for event in _events(count):
            lines.write(f"{iso_time(event.time)} {event.level.label} {event.server} {event.text}\n")
    return folder


def _seconds(command: Sequence[str | Path], folder: str) -> float:
    # lnav wants to know of a terminal even where it uses none.
    environment = {**os.environ, "XDG_STATE_HOME": folder, "HOME": folder, "TERM": "xterm-256color"}
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=True)
    took = time.perf_counter() - started
    assert WORD.encode() in done.stdout
    return took


def _ours(needle: str, count: int) -> float:
    return _seconds([MCP_TUI, "history", "--search", needle, "--last", str(PAGE)], _folder(count))


def _lnav(needle: str, count: int) -> float:
    folder = _folder(count)
    return _seconds(["lnav", "-n", "-c", f":filter-in {needle}", f"{folder}/lines.log"], folder)


def _row(name: str, what: str, needle: str) -> Row:
    compared = f"{what} among the events of the history, against lnav"
    return Row(name, compared, "s", at_most(1.0), 1_000_000, EVERY, partial(_ours, needle), partial(_lnav, needle))


_ROWS = (_row("search-word", "a word", WORD), _row("search-part", "a part of a word", PART))

ROWS: tuple[Row, ...] = _ROWS if shutil.which("lnav") else ()
"""None where lnav is not installed (a package of most systems): there is nothing to compare with."""
