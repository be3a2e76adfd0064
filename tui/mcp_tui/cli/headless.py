"""Running a hub without a screen."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import click

from mcp_tui import config as settings
from mcp_tui.cli import logs
from mcp_tui.cli.printer import Printer
from mcp_tui.core.history import History, default_path
from mcp_tui.core.hub import Hub
from mcp_tui.core.levels import Level
from mcp_tui.core.status import ServerStatus, State
from mcp_tui.core.store import EventStore
from mcp_tui.errors import ConfigError, ExitCode, UnauthorizedError, UnreachableError
from mcp_tui.settings import Config

LEAVE_SECONDS = 2.0
"""How long the servers may take to be left; what has not ended by then is given up."""


def load(config_file: Path | None, only: Sequence[str] = ()) -> Config:
    """The configuration, with the servers in ``only`` if any are named. Raises ConfigError."""
    path, implicit = settings.find(config_file)
    return settings.load(path, implicit=implicit, only=only)


def run(main: Callable[[], Awaitable[int]]) -> None:
    """Run ``main`` to its exit code, ended early by SIGINT (130) or SIGTERM (143)."""
    logs.quiet()
    sys.exit(run_loop(_until_signal(main)))


def run_loop(main: Coroutine[Any, Any, int]) -> int:
    """Run ``main`` on an event loop of its own, and leave it within seconds, whatever its tasks still wait for."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(_leaving(main))
    finally:
        # Waits for no thread either, as asyncio.run would: one may be asking a name server that does not answer.
        loop.close()


async def _leaving(main: Coroutine[Any, Any, int]) -> int:
    try:
        return await main
    finally:
        stuck = await leave(asyncio.all_tasks() - {asyncio.current_task()})
        if stuck:
            # They die with the process; what Python has to say about that is nobody's business.
            sys.unraisablehook = lambda unraisable: None
        with suppress(TimeoutError):
            async with asyncio.timeout(0.0 if stuck else 0.5):
                await asyncio.get_running_loop().shutdown_asyncgens()


async def leave(tasks: Collection[asyncio.Task[Any]]) -> set[asyncio.Task[Any]]:
    """Cancel ``tasks`` and give them ``LEAVE_SECONDS`` to end; those that have not."""
    for task in tasks:
        task.cancel()
    return (await asyncio.wait(tasks, timeout=LEAVE_SECONDS))[1] if tasks else set()


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
async def running(config: Config, *printers: Printer, history: bool = False) -> AsyncGenerator[Hub]:
    """A hub that runs as long as the block does; unless it is interrupted, all is printed before it is left."""
    store = EventStore(sinks=printers, redact=logs.redact)
    hub = Hub(config, store, history=History(default_path()) if history else None)
    body = asyncio.current_task()
    task = asyncio.create_task(hub.run())
    # A hub that fails must not leave whoever waits for it waiting.
    task.add_done_callback(lambda done: body.cancel() if body is not None and not done.cancelled() else None)
    try:
        yield hub
        await leave([task])
        for printer in printers:
            await printer.drain()
    finally:
        await leave([task])
        hub.close()
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            raise error
        for printer in printers:
            printer.close()


async def ready(hub: Hub, name: str) -> ServerStatus:
    """The server, once it is ready. Raises UnreachableError, UnauthorizedError or ConfigError when it is not."""
    (status,) = await hub.verdicts([name])
    if status.state is State.READY:
        return status
    if status.state is State.DISABLED:
        raise ConfigError(f"{name} is switched off", hint="Set enabled = true for it.")
    kind = UnauthorizedError if status.state is State.UNAUTHORIZED else UnreachableError
    raise kind(f"{name} at {status.address}: {status.reason}", hint=status.hint)


def run_request(config: Config, ask: Callable[[Hub, ServerStatus], Awaitable[str]]) -> None:
    """Run ``ask``, once the one server of ``config`` is ready; what is wrong with the answer is said at the end.

    What the server says meanwhile that is a warning, or worse, goes to standard error.
    """

    async def main() -> int:
        async with running(config, Printer(as_json=False, err=True, level=Level.WARNING)) as hub:
            status = await ready(hub, config.servers[0].name)
            if problem := await ask(hub, status):
                click.echo(f"mcp-tui: problem with the result: {problem}", err=True)
        return ExitCode.DONE

    run(main)
