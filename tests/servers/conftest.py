"""What the tests of the sample servers share: recorders of notifications, and servers on real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import anyio
import pytest
from mcp.client import Client
from mcp.client.session import LoggingFnT
from mcp.shared.dispatcher import ProgressFnT
from mcp.shared.exceptions import MCPDeprecationWarning
from mcp_types import LoggingLevel, LoggingMessageNotificationParams

from mcp_tui_servers.app import build_app
from mcp_tui_servers.catalog import Transport
from mcp_tui_servers.http_server import HttpServer
from mcp_tui_servers.sample import Sample
from mcp_tui_servers.sockets import bind_all, port_of

Serve = Callable[[Sample, tuple[Transport, ...]], AbstractAsyncContextManager[int]]


@pytest.fixture
def messages() -> list[LoggingMessageNotificationParams]:
    """The log messages heard so far."""
    return []


@pytest.fixture
def on_log(
    messages: list[LoggingMessageNotificationParams],
) -> LoggingFnT:
    async def hear(params: LoggingMessageNotificationParams) -> None:
        messages.append(params)

    return hear


@pytest.fixture
def progress() -> list[tuple[float, float | None, str | None]]:
    """The progress notifications heard so far."""
    return []


@pytest.fixture
def on_progress(progress: list[tuple[float, float | None, str | None]]) -> ProgressFnT:
    heard = progress

    async def hear(progress: float, total: float | None, message: str | None) -> None:
        heard.append((progress, total, message))

    return hear


@pytest.fixture
def set_level() -> Callable[[Client, LoggingLevel], Awaitable[None]]:
    async def ask(client: Client, level: LoggingLevel) -> None:
        with pytest.warns(MCPDeprecationWarning):
            await client.set_logging_level(level)  # pyright: ignore[reportDeprecated]

    return ask


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Awaitable[None]]:
    """Waits until something holds, for a minute at most."""

    async def wait(holds: Callable[[], object]) -> None:
        with anyio.fail_after(60):
            while not holds():  # noqa: ASYNC110 - any condition may be asked for
                await anyio.sleep(0.005)

    return wait


@asynccontextmanager
async def _serve(sample: Sample, transports: tuple[Transport, ...]) -> AsyncGenerator[int]:
    [sock] = bind_all([0])
    port = port_of(sock)
    server = HttpServer(build_app(sample, transports, port))
    serving = asyncio.create_task(server.serve(sockets=[sock]))
    await server.ready.wait()
    try:
        yield port
    finally:
        server.stop()
        await serving


@pytest.fixture
def serve() -> Serve:
    """Serves a sample on a free loopback port, which the block is given, for as long as the block lasts."""
    return _serve
