"""Printer: events on standard output or standard error, as they come."""

from __future__ import annotations

import asyncio
import os
import queue
import sys
import threading
from datetime import datetime
from typing import TextIO

import click

from mcp_tui.core.events import Event, to_json
from mcp_tui.core.levels import Level
from mcp_tui.core.text import escaped
from mcp_tui.errors import McpTuiError

BACKLOG = 10_000
"""Lines waiting to be read at which the servers are slowed down."""

AT_ONCE = 1_000
"""Lines that are written in one go, at most: each go costs a change of threads."""

CLOSE_SECONDS = 1.0
"""How long the end of an interrupted program waits for what is left to be read."""

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
        self._color = has_color(self._stream)
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
        line = escaped(to_json(event).decode()) if self._as_json else as_text(event, color=self._color)
        self._lines.put(line.encode() + b"\n")
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

    async def drain(self) -> None:
        """Return once all that was put has been read, or can be no more. Nothing is put after it."""
        if self._loop is not None:
            self._lines.put(b"")
            await asyncio.to_thread(self._thread.join)

    def close(self) -> None:
        """Print what is left, but end: an interrupted program waits for no reader.

        Raises BrokenPipeError where nobody reads, McpTuiError where it cannot be written.
        """
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
        while lines := self._next():
            try:
                while lines:
                    lines = lines[os.write(descriptor, lines) :]
            except OSError as error:
                self._error = error
                self._tell(self.gone)
                self._tell(self._room)
                return
            if self._lines.qsize() <= BACKLOG // 2:
                self._tell(self._room)

    def _next(self) -> bytes:
        """The lines that wait, once there are any; nothing at the end."""
        lines = [self._lines.get()]
        while lines[-1] and not self._lines.empty() and len(lines) < AT_ONCE:
            lines.append(self._lines.get())
        if not lines[-1]:
            self._lines.put(b"")
        return b"".join(lines)

    def _tell(self, event: asyncio.Event) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(event.set)


def as_text(event: Event, *, color: bool, day: bool = False) -> str:
    """The event as one line for people, in local time; ``day``: with its date."""
    clock = "%Y-%m-%d %H:%M:%S.%f" if day else "%H:%M:%S.%f"
    time = datetime.fromtimestamp(event.time).strftime(clock)[:-3]
    level = f"{event.level.label:<9}"
    if color:
        level = click.style(level, fg=_COLORS[event.level], bold=event.level >= Level.ERROR)
    call = f" #{event.call}" if event.call is not None else ""
    kind = "" if event.kind == "message" or event.text.startswith(event.kind) else f"{event.kind}: "
    return f"{time} {level} {event.server}{call}  {kind}{event.text}"


def has_color(stream: TextIO) -> bool:
    """Whether what is written to ``stream`` may be coloured (https://no-color.org)."""
    return stream.isatty() and "NO_COLOR" not in os.environ
