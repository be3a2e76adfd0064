"""Rows about many servers at once: how soon they are connected, and the memory that each takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from benchmarks.isolated import isolated
from benchmarks.links import HTTP_HANDSHAKE, HTTP_MODERN, sdk_client, server
from benchmarks.row import Row, at_most
from mcp_tui.settings import Config, ServerSettings
from support.held import held

Servers = tuple[ServerSettings, ...]


def _connected(count: int) -> float:
    with server(HTTP_MODERN, count) as servers:
        return isolated(_milliseconds, servers)


def _connected_one(_count: int) -> float:
    return _connected(1)


def _milliseconds(servers: Servers) -> float:
    """Until every server is ready, the import of the SDK not counted."""
    from mcp_tui.core import connection

    async def main() -> float:
        started = time.perf_counter()
        async with _hub(servers):
            return (time.perf_counter() - started) * 1_000

    assert connection
    return asyncio.run(main())


@asynccontextmanager
async def _hub(servers: Servers) -> AsyncGenerator[None]:
    """A hub that is connected to all of them."""
    from mcp_tui.cli import headless
    from mcp_tui.core.status import State

    async with headless.running(Config(servers)) as hub:
        found = await hub.verdicts([server.name for server in servers])
        if wrong := [status for status in found if status.state is not State.READY]:
            raise RuntimeError(f"{len(wrong)} servers are not ready: {wrong[0].reason}")
        yield


def _memory(count: int) -> float:
    return _kib_each(_grown, count)


def _sdk_memory(count: int) -> float:
    return _kib_each(_sdk_grown, count)


def _kib_each(grown: Callable[[Servers], float], count: int) -> float:
    """KiB that one connection takes beyond the first one."""
    with server(HTTP_HANDSHAKE, count) as servers:
        return (isolated(grown, servers) - isolated(grown, servers[:1])) / (count - 1) * 1_024


def _grown(servers: Servers) -> float:
    async def main() -> float:
        async with _hub(servers):
            return held().memory

    return asyncio.run(main())


def _sdk_grown(servers: Servers) -> float:
    async def main() -> float:
        async with AsyncExitStack() as clients:
            for settings in servers:
                await clients.enter_async_context(sdk_client(settings))
            return held().memory

    return asyncio.run(main())


ROWS = (
    Row("connect", "50 servers connected at once; one", "ms", at_most(5), 50, 5, _connected, _connected_one),
    Row(
        "memory-connection",
        "memory of a connection, of 50; of one of the SDK's clients",
        "KiB",
        at_most(1.25),
        50,
        5,
        _memory,
        _sdk_memory,
    ),
)
