"""Running a hub without a screen."""

from __future__ import annotations

import asyncio
import difflib
import logging
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import click
import msgspec

from mcp_tui import config as settings
from mcp_tui.core.events import Event, to_json
from mcp_tui.core.history import History, default_path
from mcp_tui.core.hub import Hub
from mcp_tui.core.levels import Level
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.core.store import EventStore, Sink
from mcp_tui.errors import ConfigError, UnauthorizedError, UnreachableError
from mcp_tui.settings import Config

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


def load(config_file: Path | None, only: Sequence[str] = ()) -> Config:
    """The configuration, with the servers in ``only`` if any are named. Raises ConfigError."""
    path, implicit = settings.find(config_file)
    config = settings.load(path, implicit=implicit)
    names = [server.name for server in config.servers]
    for name in only:
        if name not in names:
            close = difflib.get_close_matches(name, names, n=1)
            hint = f"Did you mean {close[0]}?" if close else f"There are: {', '.join(names) or 'none'}."
            raise ConfigError(f"{path}: no server is named {name!r}", hint=hint)
    if not only:
        return config
    return msgspec.structs.replace(config, servers=tuple(each for each in config.servers if each.name in only))


def run(main: Callable[[], Awaitable[int]]) -> None:
    """Run ``main`` to its exit code, ended early by SIGINT (130) or SIGTERM (143)."""
    # The libraries' own warnings are not for standard error: what matters of them is an event.
    logging.getLogger().addHandler(logging.NullHandler())
    sys.exit(asyncio.run(_until_signal(main)))


async def _until_signal(main: Callable[[], Awaitable[int]]) -> int:
    task = asyncio.ensure_future(main())
    caught: list[int] = []

    def stop(number: int) -> None:
        caught.append(number)
        task.cancel()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
    try:
        return await task
    except asyncio.CancelledError:
        return 128 + caught[0] if caught else 1


@asynccontextmanager
async def running(config: Config, *sinks: Sink, history: bool = False) -> AsyncGenerator[Hub]:
    """A hub that runs as long as the block does."""
    store = EventStore(sinks=sinks)
    hub = Hub(config, store, history=History(default_path()) if history else None)
    task = asyncio.create_task(hub.run())
    try:
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ready(hub: Hub, name: str) -> ServerStatus:
    """The server, once it is ready. Raises UnreachableError, UnauthorizedError or ConfigError when it is not."""
    (status,) = await hub.verdicts([name])
    if status.state is State.READY:
        return status
    if status.state is State.DISABLED:
        raise ConfigError(f"{name} is switched off", hint="Set enabled = true for it.")
    kind = UnauthorizedError if status.state is State.UNAUTHORIZED else UnreachableError
    raise kind(f"{name} at {status.address}: {status.reason}", hint=status.hint)


class Printer:
    """A Sink that prints each event at once, as text or NDJSON.

    last: the kind of event after which it is done.
    gone: set once it is done, or nobody reads what it prints (``| head``). Events are entered deep inside the SDK's
        tasks, where an exception would be taken for a failure of the server.
    """

    full = False

    def __init__(self, *, as_json: bool, err: bool = False, level: Level = Level.DEBUG, last: str = "") -> None:
        self._as_json = as_json
        self._err = err
        self._level = level
        self._last = last
        self.gone = asyncio.Event()

    def put(self, event: Event) -> None:
        """Print one event."""
        if event.level < self._level or self.gone.is_set():
            return
        line = to_json(event).decode() if self._as_json else _line(event)
        try:
            click.echo(line, err=self._err)
        except BrokenPipeError:
            self.gone.set()
        if event.kind == self._last:
            self.gone.set()

    async def room(self) -> None:
        """Printing waits for its reader by itself."""


def _line(event: Event) -> str:
    from datetime import datetime

    time = datetime.fromtimestamp(event.time).strftime("%H:%M:%S.%f")[:-3]
    level = click.style(f"{event.level.label:<9}", fg=_COLORS[event.level], bold=event.level >= Level.ERROR)
    call = f" #{event.call}" if event.call is not None else ""
    kind = "" if event.kind == "message" or event.text.startswith(event.kind) else f"{event.kind}: "
    return f"{time} {level} {event.server}{call}  {kind}{event.text}"
