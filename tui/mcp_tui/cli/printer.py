"""Printer: events on standard output or standard error, as they come."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from datetime import datetime

import click

from mcp_tui.core.events import Event, to_json
from mcp_tui.core.levels import Level
from mcp_tui.errors import McpTuiError

BACKLOG = 10_000
"""Lines waiting to be read at which the servers are slowed down."""

CLOSE_SECONDS = 1.0
"""How long the end of the program waits for what is left to be read."""

_COLORS = {
    Level.DEBUG: "bright_black",
    Level.INFO: "cyan",
    Level.NOTICE: "green",
    Level.WARNING: "yellow",
    Level.ERROR: "red",
    Level.CRITICAL: "bright_red",
    Level.ALERT: "bright_magenta",
    Level.EMERGENCY: "bright_red",
}


class Printer:
    """A Sink that prints each event, as text or NDJSON, from a thread of its own.

    A reader that does not read (``| less``) then holds up neither the protocol nor a signal. last: the kind of
    event after which it is done. gone: set once it is done, or nobody reads what it prints (``| head``).
    """

    def __init__(self, *, as_json: bool, err: bool = False, level: Level = Level.DEBUG, last: str = "") -> None:
        self._as_json = as_json
        self._stream = sys.stderr if err else sys.stdout
        self._color = self._stream.isatty() and "NO_COLOR" not in os.environ
        self._level = level
        self._last = last
        self.gone = asyncio.Event()
        self._room = asyncio.Event()
        self._error: OSError | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._print, name="printer")

    def put(self, event: Event) -> None:
        """Print one event, when its turn comes."""
        if event.level < self._level or self.gone.is_set():
            return
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._thread.start()
        line = to_json(event) if self._as_json else self._text(event).encode()
        self._lines.put(line + b"\n")
        if event.kind == self._last:
            self.gone.set()

    @property
    def full(self) -> bool:
        """Whether more lines wait than ``BACKLOG``."""
        return self._lines.qsize() >= BACKLOG and not self.gone.is_set()

    async def room(self) -> None:
        """Return once lines have been read."""
        while self.full:
            self._room.clear()
            await self._room.wait()

    def close(self) -> None:
        """Print what is left. Raises BrokenPipeError where nobody reads, McpTuiError where it cannot be written."""
        if self._loop is None:
            return
        self._lines.put(b"")
        self._thread.join(CLOSE_SECONDS)
        if isinstance(self._error, BrokenPipeError):
            # Without its number, by which click would take it for its own business.
            raise BrokenPipeError from self._error
        if self._error is not None:
            raise McpTuiError(f"{self._stream.name}: cannot be written: {self._error.strerror}")

    def _print(self) -> None:
        # Not through the stream: its lock, held here, would hold up the end of the program.
        descriptor = self._stream.fileno()
        while line := self._lines.get():
            try:
                while line:
                    line = line[os.write(descriptor, line) :]
            except OSError as error:
                self._error = error
                self._tell(self.gone)
                self._tell(self._room)
                return
            if self._lines.qsize() == BACKLOG // 2:
                self._tell(self._room)

    def _tell(self, event: asyncio.Event) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(event.set)

    def _text(self, event: Event) -> str:
        time = datetime.fromtimestamp(event.time).strftime("%H:%M:%S.%f")[:-3]
        level = f"{event.level.label:<9}"
        if self._color:
            level = click.style(level, fg=_COLORS[event.level], bold=event.level >= Level.ERROR)
        call = f" #{event.call}" if event.call is not None else ""
        kind = "" if event.kind == "message" or event.text.startswith(event.kind) else f"{event.kind}: "
        return f"{time} {level} {event.server}{call}  {kind}{event.text}"
