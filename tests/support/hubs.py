"""A hub that runs as long as a test's block does, and servers as processes."""

import asyncio
import itertools
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import AsyncGenerator, Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
from mcp.client._memory import InMemoryTransport
from mcp.server.mcpserver import MCPServer

from mcp_tui.core.events import Event
from mcp_tui.core.hub import Hub
from mcp_tui.core.notes import Notes
from mcp_tui.core.store import EventStore
from mcp_tui.core.tap import Tap
from mcp_tui.core.transport import Streams, TappedReadStream
from mcp_tui.settings import DEFAULT_LIMITS, Config, Limits, ServerSettings

COUNTING_SERVER = Path(__file__).parent / "counting_server.py"


@asynccontextmanager
async def running(
    *servers: ServerSettings, limits: Limits = DEFAULT_LIMITS, verdicts: bool = True, **options: Any
) -> AsyncGenerator[Hub]:
    """A hub connected to ``servers``, each of which has been found ready or not, unless ``verdicts`` is false."""
    hub = Hub(Config(servers, limits=limits), EventStore(capacity=100_000, budgets=(10**9, 10**9)), **options)
    task = asyncio.create_task(hub.run())
    try:
        with anyio.fail_after(60):
            await hub.verdicts([server.name for server in servers if verdicts])
        yield hub
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def in_memory(server: MCPServer) -> Callable[[ServerSettings, Tap, Notes], AbstractAsyncContextManager[Streams]]:
    """An ``open_link`` that leads to a server object, through the tap."""

    @asynccontextmanager
    async def open_link(settings: ServerSettings, tap: Tap, notes: Notes) -> AsyncGenerator[Streams]:
        async with InMemoryTransport(server) as (read, write):
            yield TappedReadStream(read, tap, notes), write

    return open_link


def events(hub: Hub, kind: str, *, call: int | None = None) -> list[Event]:
    """The events of one kind, of one call where that is given, oldest first."""
    held = hub.store.merged
    return [
        event
        for event in held.between(held.first, held.end)
        if event.kind == kind and (call is None or event.call == call)
    ]


async def until(hub: Hub, holds: Callable[[], object], seconds: float = 60) -> None:
    """Wait until something holds of the hub or its events."""
    changed = asyncio.Event()
    ends = [hub.subscribe(changed.set), hub.store.subscribe(changed.set)]
    try:
        with anyio.fail_after(seconds):
            while not holds():
                await changed.wait()
                changed.clear()
    finally:
        for end in ends:
            end()


def _ports() -> Iterator[int]:
    """Ports of this test process: below those that systems give to connections, and to whoever asks for any."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 50
    first, begin = 20_000 + worker * _NUMBER_OF_PORTS, random.randrange(_NUMBER_OF_PORTS)
    return itertools.cycle(first + (begin + step) % _NUMBER_OF_PORTS for step in range(_NUMBER_OF_PORTS))


_NUMBER_OF_PORTS = 200
_PORTS = _ports()


def free_port() -> int:
    """A loopback port that nothing listens on, and that nobody is likely to take before the test does."""
    for port in itertools.islice(_PORTS, _NUMBER_OF_PORTS):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError("every port is taken")


@contextmanager
def process(*command: str, port: int) -> Generator[subprocess.Popen[bytes]]:
    """A server process that accepts connections at ``port``; killed at the end."""
    child = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(child, port)
        yield child
    finally:
        child.kill()
        child.wait()


def wait_for_port(child: subprocess.Popen[bytes], port: int) -> None:
    """Return once something accepts connections at ``port``."""
    while child.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError(f"the server ended with {child.returncode}")


@contextmanager
def counting_server(transport: str, port: int | None = None) -> Generator[str]:
    """The counting server over ``http`` or ``sse``; its URL."""
    port = port or free_port()
    path = "sse" if transport == "sse" else "mcp"
    with process(sys.executable, str(COUNTING_SERVER), transport, str(port), port=port):
        yield f"http://127.0.0.1:{port}/{path}"
