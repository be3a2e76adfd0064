"""Rows about drawing: what a frame costs, and how soon the last line of a flood is seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from statistics import median

from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.widgets import Log, RichLog

from benchmarks.drawing import drawn, paper, settled
from benchmarks.isolated import isolated
from benchmarks.row import Row, at_most, at_most_itself
from mcp_tui.core.levels import Level
from mcp_tui.ui.app import McpTuiApp
from mcp_tui.ui.theme import DARK, THEMES
from mcp_tui.ui.widgets.log_pane import LogPane
from ui.fakes import FakeHub

PANES = tuple(Level)[:5]
SIZE = 200, 50
LINES = 40
"""New lines of a pane in one frame: four times what it shows, as in a flood of 6,000 a second at 30 frames."""
FRAME = 1 / 30
CAPACITY = 500
"""Lines held by a pane: few, so that it is full at once."""

SMALL = 120, 40
FLOOD_TICKS, FLOOD_LINES = 60, 20
"""How often there are new lines before the last one, 5 ms apart, and how many, beside one of each level."""

LINE = (
    "Processing item {} of the batch: the quick brown fox jumps over the lazy dog, retries=3 latency=17ms path=/{}"
)


class Five(App[None]):
    """Five full logs, one below the other."""

    CSS = "LogPane, Log, RichLog { height: 1fr; }"

    def __init__(self) -> None:
        super().__init__()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK
        self.lines: Sequence[str] = ()

    def feed(self, lines: Sequence[str]) -> None:
        """Put lines where ``show`` takes them from."""
        self.lines = lines

    def show(self) -> None:
        """Show them in every log."""
        raise NotImplementedError


class Ours(Five):
    """LogPane."""

    def __init__(self) -> None:
        super().__init__()
        self._hub = FakeHub("items", capacity=CAPACITY)
        self._panes = [LogPane(self._hub, level) for level in PANES]

    def compose(self) -> ComposeResult:
        yield from self._panes

    def feed(self, lines: Sequence[str]) -> None:
        for level in PANES:
            for line in lines:
                self._hub.log(level, line)

    def show(self) -> None:
        for pane in self._panes:
            pane.sync()


class Logs(Five):
    """Textual's Log, without a limit: with one, it no longer repaints once it is full."""

    def compose(self) -> ComposeResult:
        for _ in PANES:
            yield Log()

    def show(self) -> None:
        for log in self.query(Log):
            log.write_lines(self.lines)


class RichLogs(Five):
    """Textual's RichLog, without a limit: with one, it copies all its lines for each line."""

    def compose(self) -> ComposeResult:
        for _ in PANES:
            yield RichLog()

    def show(self) -> None:
        for log in self.query(RichLog):
            for line in self.lines:
                log.write(line)


def frame_cost(kind: type[Five], frames: int) -> float:
    """Milliseconds of CPU that a frame takes, from the new lines to the bytes for the terminal; the median.

    What takes them into the store is in the rows about the wire.
    """
    app = kind()

    async def drive(_: Pilot[None]) -> float:
        app.feed([LINE.format(number, 0) for number in range(CAPACITY)])
        app.show()
        await settled(app)
        return median([await _frame(app, number) for number in range(frames)])

    return drawn(app, SIZE, drive)


async def _frame(app: Five, number: int) -> float:
    app.feed([LINE.format(number, line) for line in range(LINES)])
    started = time.process_time()
    app.show()
    await asyncio.sleep(2 * FRAME)
    return (time.process_time() - started) * 1_000


def last_line(trials: int) -> float:
    """Milliseconds from the store to the terminal for the last line of a flood; the median."""
    hub = FakeHub("items")
    app = McpTuiApp(hub, start_hub=False)

    async def drive(_: Pilot[int]) -> float:
        return median([await _last(app, hub, number) for number in range(trials)])

    return drawn(app, SMALL, drive)


async def _last(app: McpTuiApp, hub: FakeHub, number: int) -> float:
    for _ in range(FLOOD_TICKS + number % 7):
        hub.emit_levels()
        hub.flood(FLOOD_LINES)
        await asyncio.sleep(0.005)
    last = f"the last line of flood {number}"
    seen = paper(app).expect(last)
    appended = time.perf_counter()
    hub.log(Level.INFO, last)
    return (await seen - appended) * 1_000


def _ours(frames: int) -> float:
    return isolated(frame_cost, Ours, frames)


def _log(frames: int) -> float:
    return isolated(frame_cost, Logs, frames)


def _rich_log(frames: int) -> float:
    return isolated(frame_cost, RichLogs, frames)


def _last_line(trials: int) -> float:
    return isolated(last_line, trials)


_FRAME = "CPU of a frame, five full panes, 200×50"

ROWS = (
    Row("frame-log", f"{_FRAME}; Textual's `Log`", "ms", at_most(0.1), 60, 5, _ours, _log),
    Row("frame-rich-log", f"{_FRAME}; Textual's `RichLog`", "ms", at_most(0.1), 60, 5, _ours, _rich_log),
    Row(
        "last-line",
        "the last line of a flood, from the store to the terminal; to reach: one of 30 frames a second",
        "ms",
        at_most_itself(1_000 * FRAME),
        40,
        3,
        _last_line,
    ),
)
