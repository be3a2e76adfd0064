"""Rows about the program in a terminal: the first frame, and the time from a key to what it does."""

from __future__ import annotations

import os
import random
import select
import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.links import HTTP_MODERN, SERVER, server
from benchmarks.row import Row, at_most, at_most_itself
from support.dashboard import FORM, MCP_TUI, RUN
from support.terminal import Terminal, terminal

NUMBER_OF_MESSAGES = 100_000_000
"""More than can come while the keys are pressed."""

HOLD, HELD = " ", b"held"
"""The key that keeps what a pane shows or lets go of it, and what the pane's frame says while it does."""

REST = 0.06, 0.16
"""Seconds between two keys: as little and as much."""

JSON_FORM, DELETE_LINE = "\n", "\x0b"

HELLO = """
from textual.app import App
from textual.widgets import Static

class Hello(App):
    def compose(self):
        yield Static("hello, world")

Hello().run()
"""


# The first frame


def first_frame(runs: int) -> float:
    """Milliseconds from the start of mcp-tui to its first text; the median of so many runs."""
    with TemporaryDirectory() as home:
        config = _config(Path(home), "http://127.0.0.1:9/mcp")
        return median(_first(home, b"mcp-tui", MCP_TUI, "--config", config) for _ in range(runs))


def first_hello(runs: int) -> float:
    """The same of an app that says hello."""
    with TemporaryDirectory() as home:
        program = Path(home, "hello.py")
        program.write_text(HELLO)
        return median(_first(home, b"hello, world", sys.executable, program) for _ in range(runs))


def _first(home: str, wanted: bytes, *command: str | Path) -> float:
    started = time.perf_counter()
    with terminal(*command, HOME=home, PATH=os.environ["PATH"]) as screen:
        return (_until(screen, wanted) - started) * 1_000


def _config(home: Path, url: str) -> Path:
    config = home / "config.toml"
    config.write_text(f'[servers.{SERVER}]\nurl = "{url}"\n')
    return config


# Keys


def keys_idle(presses: int) -> list[float]:
    """Milliseconds from a key to what it does on the screen, nothing else going on."""
    with _dashboard() as screen:
        return _pressed(screen, presses)


def keys_flooded(presses: int) -> list[float]:
    """The same while notifications come as fast as they are taken."""
    with _dashboard() as screen:
        _call_flood(screen)
        return _pressed(screen, presses)


def _call_flood(screen: Terminal) -> None:
    screen.send("t")
    screen.shows("Call a tool")
    screen.send("flood")
    screen.shows(f"▌{SERVER}")
    screen.send("\r")
    screen.shows(FORM)
    screen.send(JSON_FORM)
    screen.shows("▌ {}")
    screen.send(DELETE_LINE)
    screen.gone("{}")
    screen.send(f'{{"n": {NUMBER_OF_MESSAGES}}}')
    screen.shows(f"{NUMBER_OF_MESSAGES}}}")
    screen.send(RUN)
    screen.shows("#1 ", " events")


@contextmanager
def _dashboard() -> Generator[Terminal]:
    with (
        TemporaryDirectory() as home,
        server(HTTP_MODERN) as (settings,),
        terminal(
            MCP_TUI, "--config", _config(Path(home), settings.url), HOME=home, PATH=os.environ["PATH"]
        ) as screen,
    ):
        screen.shows("connected to")
        yield screen


def _pressed(screen: Terminal, presses: int) -> list[float]:
    chance = random.Random(1)
    found: list[float] = []
    for _ in range(presses):
        _drain(screen, chance.uniform(*REST))
        pressed = time.perf_counter()
        screen.send(HOLD)
        found.append((_until(screen, HELD) - pressed) * 1_000)
        _drain(screen, chance.uniform(*REST))
        screen.send(HOLD)
    return found


def _until(screen: Terminal, wanted: bytes) -> float:
    """When ``wanted`` is written. What is written is not drawn: that would take longer than what is measured."""
    tail = b""
    while wanted not in tail:
        tail = tail[-len(wanted) :] + os.read(screen.master, 65_536)
    return time.perf_counter()


def _drain(screen: Terminal, seconds: float) -> None:
    """Take what is written meanwhile."""
    ends = time.perf_counter() + seconds
    while (left := ends - time.perf_counter()) > 0:
        if select.select([screen.master], [], [], left)[0]:
            os.read(screen.master, 65_536)


def _p99(samples: list[float]) -> float:
    return quantiles(samples, n=100, method="inclusive")[-1]


def _idle_median(presses: int) -> float:
    return median(keys_idle(presses))


def _flooded_median(presses: int) -> float:
    return median(keys_flooded(presses))


def _idle_worst(presses: int) -> float:
    return _p99(keys_idle(presses))


def _flooded_worst(presses: int) -> float:
    return _p99(keys_flooded(presses))


ROWS = (
    Row(
        "first-frame",
        "from the start of the program to its first text; of a Textual app that says hello",
        "ms",
        at_most(1.3),
        5,
        1,
        first_frame,
        first_hello,
    ),
    Row(
        "key-median",
        "from a key to what it does on the screen during a flood, median; idle",
        "ms",
        at_most_itself(50),
        60,
        2,
        _flooded_median,
        _idle_median,
    ),
    Row(
        "key-p99",
        "from a key to what it does on the screen during a flood, 99th percentile; idle",
        "ms",
        at_most_itself(50),
        100,
        2,
        _flooded_worst,
        _idle_worst,
    ),
)
