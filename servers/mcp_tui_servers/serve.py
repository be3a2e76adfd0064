"""Serves sample servers until they are told to stop: over HTTP in one event loop, or one over stdio."""

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

from starlette.types import ASGIApp

from mcp_tui_servers.app import build_app
from mcp_tui_servers.catalog import ServerSpec
from mcp_tui_servers.http_server import HttpServer
from mcp_tui_servers.sockets import Listener, port_of

STDIN_FD = 0


def serve_http(
    listeners: Sequence[Listener],
    *,
    on_ready: Callable[[], None],
    exit_with_stdin: bool = False,
    verbose: bool = False,
) -> int:
    """Serve until SIGINT, SIGTERM or, with `exit_with_stdin`, the end of standard input.

    `on_ready` is called once, when every server accepts requests. Returns the exit status: 0, or 128 and the
    number of the signal (130 for ctrl+c).
    """
    return asyncio.run(_Run(listeners, verbose).serve(on_ready, exit_with_stdin))


async def serve_stdio(spec: ServerSpec) -> None:
    """Serve one server on standard input and output, until the input ends."""
    sample = spec.build()
    # The SDK reads standard input in a thread that cannot be interrupted: let ctrl+c end the process
    # outright.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    async with sample.running():
        await sample.server.run_stdio_async()


def configure_logging() -> None:
    """Send the warnings of the servers' libraries to standard error.

    To be called before a server is built: the SDK configures logging itself where nobody has.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)


def _app(listener: Listener) -> ASGIApp:
    spec = listener.spec
    return build_app(spec.build(), spec.transports, port_of(listener.sock))


class _Run:
    """All servers of one process, from start to stop."""

    def __init__(self, listeners: Sequence[Listener], verbose: bool) -> None:
        self._listeners = listeners
        self._servers = [HttpServer(_app(listener), verbose=verbose) for listener in listeners]
        self._status = 0

    async def serve(self, on_ready: Callable[[], None], exit_with_stdin: bool) -> int:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop, 128 + number)
        async with asyncio.TaskGroup() as tasks:
            for server, listener in zip(self._servers, self._listeners, strict=True):
                tasks.create_task(server.serve(sockets=[listener.sock]))
            for server in self._servers:
                await server.ready.wait()
            on_ready()
            if exit_with_stdin:
                _watch_stdin(loop, self._stop)
        return self._status

    def _stop(self, status: int = 0) -> None:
        self._status = self._status or status  # a signal outweighs the end of standard input
        for server in self._servers:
            server.stop()


def _watch_stdin(loop: asyncio.AbstractEventLoop, on_end: Callable[[], None]) -> None:
    """Call `on_end` in the loop when standard input ends.

    In a thread, because a loop cannot watch a regular file; a daemon, because nothing interrupts its read.
    """

    def read_to_end() -> None:
        with suppress(OSError):  # a terminal that went away
            while os.read(STDIN_FD, 65536):
                pass
        with suppress(RuntimeError):  # the loop is closed: everything has stopped already
            loop.call_soon_threadsafe(on_end)

    threading.Thread(target=read_to_end, name="stdin", daemon=True).start()
